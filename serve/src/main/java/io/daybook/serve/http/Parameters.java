// SPDX-License-Identifier: Apache-2.0
package io.daybook.serve.http;

import java.time.LocalDate;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Optional;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.util.Fields;

/** What follows the question mark; nothing in it is passed over in silence. */
final class Parameters {
  private static final int LENGTH_MAX = 1_000;

  private final Fields fields;

  private Parameters(Fields fields) {
    this.fields = fields;
  }

  /**
   * Those of a request.
   *
   * @param known names that there may be
   * @throws ApiError where there are others, or one is there twice, empty or too long
   */
  static Parameters of(Request request, List<String> known) throws ApiError {
    return of(request, known, List.of());
  }

  /**
   * The same.
   *
   * @param empty those of them that may be empty
   */
  static Parameters of(Request request, List<String> known, List<String> empty) throws ApiError {
    Fields fields;
    try {
      fields = Request.extractQueryParameters(request);
    } catch (RuntimeException e) {
      throw ApiError.badRequest("BAD_ENCODING", "the query is no percent-encoded UTF-8");
    }
    for (Fields.Field each : fields) {
      String name = each.getName();
      if (!known.contains(name)) {
        throw ApiError.badRequest(
            "UNKNOWN_PARAMETER",
            "'%s' is not known; there are %s".formatted(cut(name), String.join(", ", known)));
      }
      if (each.getValues().size() > 1) {
        throw ApiError.badRequest("REPEATED_PARAMETER", "'" + name + "' is there more than once");
      }
      String value = each.getValue();
      if ((value == null || value.isBlank()) && !empty.contains(name)) {
        throw ApiError.badRequest("EMPTY_PARAMETER", "'" + name + "' is empty");
      }
      if (value != null && value.length() > LENGTH_MAX) {
        throw ApiError.badRequest(
            "PARAMETER_TOO_LONG",
            "'%s' has %d characters; %d may be".formatted(name, value.length(), LENGTH_MAX));
      }
      if (value != null && value.indexOf('\0') >= 0) {
        throw ApiError.badRequest("BAD_PARAMETER", "'" + name + "' has a NUL in it");
      }
    }
    return new Parameters(fields);
  }

  Optional<String> optional(String name) {
    return Optional.ofNullable(fields.getValue(name));
  }

  String required(String name) throws ApiError {
    return optional(name)
        .orElseThrow(() -> ApiError.badRequest("MISSING_PARAMETER", "'" + name + "' is missing"));
  }

  /** A day of the years 1 to 9999, as {@code 2026-01-31}. */
  LocalDate day(String name) throws ApiError {
    String text = required(name);
    try {
      if (text.matches("\\d{4}-\\d{2}-\\d{2}") && !text.startsWith("0000")) {
        return LocalDate.parse(text);
      }
    } catch (DateTimeParseException e) {
      // Said below, as for any other text that is no day.
    }
    throw ApiError.badRequest(
        "BAD_DATE", "%s: '%s' should be a day like 2026-01-31".formatted(name, cut(text)));
  }

  private static String cut(String text) {
    return text.length() <= 50 ? text : text.substring(0, 50) + "…";
  }
}
