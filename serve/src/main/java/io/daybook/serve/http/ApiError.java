// SPDX-License-Identifier: Apache-2.0
package io.daybook.serve.http;

import java.util.Map;

/**
 * A request that gets no answer.
 *
 * <p>Its code is for programs and does not change; its message is for people.
 */
final class ApiError extends Exception {
  private static final long serialVersionUID = 1L;

  private final int status;
  private final String code;
  private final transient Map<String, String> headers;

  private ApiError(int status, String code, String message, Map<String, String> headers) {
    super(message);
    this.status = status;
    this.code = code;
    this.headers = headers;
  }

  static ApiError badRequest(String code, String message) {
    return new ApiError(400, code, message, Map.of());
  }

  /**
   * @param token whether there was one
   */
  static ApiError unauthorized(String message, boolean token) {
    return new ApiError(
        401,
        "UNAUTHORIZED",
        message,
        Map.of("WWW-Authenticate", token ? "Bearer error=\"invalid_token\"" : "Bearer"));
  }

  static ApiError forbidden(String message) {
    return new ApiError(403, "FORBIDDEN", message, Map.of());
  }

  static ApiError notFound(String message) {
    return new ApiError(404, "NOT_FOUND", message, Map.of());
  }

  static ApiError notAllowed(String allowed) {
    return new ApiError(
        405, "METHOD_NOT_ALLOWED", "only " + allowed + " is", Map.of("Allow", allowed));
  }

  static ApiError conflict(String code, String message) {
    return new ApiError(409, code, message, Map.of());
  }

  static ApiError tooLarge(String message) {
    return new ApiError(413, "TOO_LARGE", message, Map.of());
  }

  /** Another time it may get one. */
  static ApiError unavailable(String code, String message) {
    return new ApiError(503, code, message, Map.of("Retry-After", "1"));
  }

  /** What is wrong before anything of ours was asked. */
  static ApiError ofServer(int status) {
    return status >= 500
        ? new ApiError(status, "UNAVAILABLE", "this server ends", Map.of("Retry-After", "1"))
        : new ApiError(status, "BAD_REQUEST", "this is no request, or too large a one", Map.of());
  }

  static ApiError internal() {
    return new ApiError(500, "INTERNAL", "the log has more under the request's id", Map.of());
  }

  int status() {
    return status;
  }

  String code() {
    return code;
  }

  Map<String, String> headers() {
    return headers;
  }
}
