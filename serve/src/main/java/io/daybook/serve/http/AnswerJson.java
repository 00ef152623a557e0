// SPDX-License-Identifier: Apache-2.0
package io.daybook.serve.http;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.daybook.serve.read.Answer;
import io.daybook.serve.read.ReadQuery;
import io.daybook.serve.read.TooManyRowsException;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.regex.Pattern;

/** Answers and errors as JSON. Numbers are as Postgres prints them, however long. */
final class AnswerJson {
  private static final JsonFactory JSON = new JsonFactory();

  /** Others are those that JSON has no number for. */
  private static final Pattern NUMBER = Pattern.compile("-?\\d.*");

  /** Each answer is held as a whole, and by slow clients for long. */
  private static final int LENGTH_MAX = 8_000_000;

  /** Throws where it grows too long. */
  private static final class Bounded extends StringWriter {
    @Override
    public void write(char[] text, int from, int length) {
      super.write(text, from, length);
      if (getBuffer().length() > LENGTH_MAX) {
        throw new TooManyRowsException(LENGTH_MAX + " characters");
      }
    }
  }

  private AnswerJson() {}

  static String error(ApiError error) {
    return write(
        json -> {
          json.writeStartObject();
          json.writeBooleanField("success", false);
          json.writeStringField("error", error.code());
          json.writeStringField("message", error.getMessage());
          json.writeEndObject();
        });
  }

  static String answer(ReadQuery query, Answer answer) {
    return write(
        json -> {
          json.writeStartObject();
          json.writeBooleanField("success", true);
          json.writeStringField("rollup", query.rollup().name());
          json.writeStringField("workspace", query.workspace());
          json.writeStringField("from", query.from().toString());
          json.writeStringField("to", query.to().toString());
          json.writeStringField("group", query.group().text());
          origin(json, answer, answer.complete());
          json.writeArrayFieldStart("rows");
          for (List<String> row : answer.rows()) {
            json.writeStartObject();
            values(json, answer.columns(), row);
            json.writeEndObject();
          }
          json.writeEndArray();
          json.writeEndObject();
        });
  }

  /** Where it comes from, and how far it is complete. */
  static void origin(JsonGenerator json, Answer answer, boolean complete) throws IOException {
    json.writeStringField("served_from", answer.source());
    json.writeStringField("reason", answer.reason());
    json.writeStringField("as_of", answer.asOf().toString());
    json.writeBooleanField("complete", complete);
    json.writeFieldName("complete_through");
    if (answer.completeThrough() == null) {
      json.writeNull();
    } else {
      json.writeString(answer.completeThrough().toString());
    }
    json.writeFieldName("generation");
    if (answer.generation() == null) {
      json.writeNull();
    } else {
      json.writeNumber(answer.generation());
    }
  }

  static void values(JsonGenerator json, List<Answer.Column> columns, List<String> row)
      throws IOException {
    for (int i = 0; i < columns.size(); i++) {
      json.writeFieldName(columns.get(i).name());
      value(json, columns.get(i).kind(), row.get(i));
    }
  }

  static void value(JsonGenerator json, Answer.Kind kind, String text) throws IOException {
    if (text == null) {
      json.writeNull();
      return;
    }
    switch (kind) {
      case NUMBER -> {
        if (NUMBER.matcher(text).matches()) {
          json.writeNumber(text);
        } else {
          json.writeString(text);
        }
      }
      case BOOLEAN -> json.writeBoolean(text.equals("t") || text.equals("true"));
      case JSON -> json.writeRawValue(text);
      case TEXT -> json.writeString(text);
    }
  }

  /** Writes with a generator. */
  interface Writing {
    void to(JsonGenerator json) throws IOException;
  }

  /**
   * Writes it.
   *
   * @throws TooManyRowsException where it is larger than an answer may be
   */
  static String write(Writing writing) {
    StringWriter text = new Bounded();
    try (JsonGenerator json = JSON.createGenerator(text)) {
      writing.to(json);
    } catch (IOException e) {
      throw new UncheckedIOException("a string can be written to", e);
    }
    return text.toString();
  }
}
