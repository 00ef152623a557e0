// SPDX-License-Identifier: Apache-2.0
package io.daybook.schemas.expression;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;

/**
 * Steps into {@code jsonb}, held as the text that Postgres prints. A part of that text is the text
 * of the part.
 *
 * @see <a href="https://www.postgresql.org/docs/current/functions-json.html">JSON functions</a>
 */
final class JsonPath {
  /** Postgres has checked the values; its own limits hold. */
  private static final JsonFactory JSON =
      JsonFactory.builder()
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxNestingDepth(Integer.MAX_VALUE)
                  .maxStringLength(Integer.MAX_VALUE)
                  .maxNumberLength(Integer.MAX_VALUE)
                  .maxNameLength(Integer.MAX_VALUE)
                  .build())
          .build();

  private JsonPath() {}

  private interface Step {
    /** Moves to a value's first token; false where there is none. */
    boolean into(JsonParser parser) throws IOException;
  }

  /** {@code json -> key}, {@code json ->> key}. */
  static String field(String json, String key, boolean asText) {
    return value(json, asText, parser -> intoField(parser, key));
  }

  /** {@code json -> index}, {@code json ->> index}; from the end where negative. */
  static String element(String json, long index, boolean asText) {
    return value(
        json,
        asText,
        parser ->
            parser.currentToken() == JsonToken.START_ARRAY
                ? intoElement(json, parser, index)
                : isScalar(parser) && (index == 0 || index == -1));
  }

  /** {@code json #>> path}; null for a path with a NULL in it. */
  static String path(String json, List<String> path) {
    if (path.contains(null)) {
      return null;
    }
    return value(
        json,
        true,
        parser -> {
          for (String step : path) {
            boolean found =
                switch (parser.currentToken()) {
                  case START_OBJECT -> intoField(parser, step);
                  case START_ARRAY -> isIndex(step) && intoElement(json, parser, index(step));
                  default -> false;
                };
            if (!found) {
              return false;
            }
          }
          return true;
        });
  }

  private static boolean isIndex(String step) {
    return step.strip().matches("[+-]?\\d{1,9}") && step.equals(step.stripTrailing());
  }

  private static long index(String step) {
    return Long.parseLong(step.strip());
  }

  private static boolean isScalar(JsonParser parser) {
    return parser.currentToken().isScalarValue();
  }

  private static String value(String json, boolean asText, Step step) {
    try (JsonParser parser = JSON.createParser(json)) {
      parser.nextToken();
      return step.into(parser) ? text(json, parser, asText) : null;
    } catch (IOException e) {
      throw new UncheckedIOException("Postgres printed a jsonb that cannot be read", e);
    }
  }

  private static boolean intoField(JsonParser parser, String key) throws IOException {
    if (parser.currentToken() != JsonToken.START_OBJECT) {
      return false;
    }
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      boolean found = parser.currentName().equals(key);
      parser.nextToken();
      if (found) {
        return true;
      }
      parser.skipChildren();
    }
    return false;
  }

  private static boolean intoElement(String json, JsonParser parser, long index)
      throws IOException {
    long wanted = index;
    if (index < 0) {
      wanted = index + length(json, (int) parser.currentTokenLocation().getCharOffset());
    }
    if (wanted < 0) {
      return false;
    }
    for (long at = 0; parser.nextToken() != JsonToken.END_ARRAY; at++) {
      if (at == wanted) {
        return true;
      }
      parser.skipChildren();
    }
    return false;
  }

  /** Elements of the array that begins at an offset. */
  private static long length(String json, int offset) throws IOException {
    try (JsonParser parser = JSON.createParser(json.substring(offset))) {
      parser.nextToken();
      long length = 0;
      while (parser.nextToken() != JsonToken.END_ARRAY) {
        parser.skipChildren();
        length++;
      }
      return length;
    }
  }

  private static String text(String json, JsonParser parser, boolean asText) throws IOException {
    JsonToken token = parser.currentToken();
    if (asText && token == JsonToken.VALUE_NULL) {
      return null;
    }
    if (token.isScalarValue() && (asText || token != JsonToken.VALUE_STRING)) {
      return parser.getText();
    }
    int start = (int) parser.currentTokenLocation().getCharOffset();
    if (token == JsonToken.VALUE_STRING) {
      parser.finishToken();
    } else {
      parser.skipChildren();
    }
    return json.substring(start, (int) parser.currentLocation().getCharOffset());
  }
}
