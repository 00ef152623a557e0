// SPDX-License-Identifier: Apache-2.0
package io.daybook.serve.http;

import io.daybook.serve.auth.Caller;
import io.daybook.serve.cache.AnswerCache;
import io.daybook.serve.read.Answer;
import io.daybook.serve.read.ControlWatch;
import io.daybook.serve.read.Group;
import io.daybook.serve.read.ReadQuery;
import io.daybook.serve.read.RollupShape;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.eclipse.jetty.server.Request;

/** {@code GET /api/rollups} and {@code GET /api/rollups/{rollup}}. */
final class RollupEndpoint {
  private static final List<String> PARAMETERS =
      List.of("workspace", "from", "to", "group", "dimensions", "measures");

  private final Reads reads;
  private final ControlWatch control;

  RollupEndpoint(Reads reads, ControlWatch control) {
    this.reads = reads;
    this.control = control;
  }

  /** Which rollups there are, and what they have. */
  Reply list() throws ApiError {
    if (!control.hasSeen()) {
      throw ApiError.unavailable("STARTING", "the target has not answered yet");
    }
    Map<String, RollupShape> rollups = new TreeMap<>(control.rollups());
    return Reply.json(
        200,
        AnswerJson.write(
            json -> {
              json.writeStartObject();
              json.writeBooleanField("success", true);
              json.writeArrayFieldStart("rollups");
              for (RollupShape shape : rollups.values()) {
                json.writeStartObject();
                json.writeStringField("name", shape.name());
                json.writeNumberField("generation", shape.generation());
                json.writeArrayFieldStart("dimensions");
                for (String each : shape.dimensions()) {
                  json.writeString(each);
                }
                json.writeEndArray();
                json.writeArrayFieldStart("measures");
                for (String each : shape.measures()) {
                  json.writeString(each);
                }
                json.writeEndArray();
                json.writeEndObject();
              }
              json.writeEndArray();
              json.writeEndObject();
            }));
  }

  /** Rows of a rollup. */
  Reply read(Request request, Caller caller, String rollup) throws Exception {
    Parameters parameters = Parameters.of(request, PARAMETERS, List.of("dimensions"));
    RollupShape shape = control.rollups().get(rollup);
    if (shape == null && !control.hasSeen()) {
      throw ApiError.unavailable("STARTING", "the target has not answered yet");
    }
    if (shape == null) {
      throw ApiError.notFound(
          "there is no rollup '%s'; GET /api/rollups lists them".formatted(rollup));
    }
    String workspace = parameters.required("workspace");
    if (!caller.mayRead(workspace)) {
      throw ApiError.forbidden("the token does not list this workspace");
    }
    ReadQuery query = query(parameters, shape, workspace);
    return reads.reply(
        request, caller, workspace, "rollups", query.canonical(), () -> computed(query));
  }

  private ReadQuery query(Parameters parameters, RollupShape shape, String workspace)
      throws ApiError {
    Reads.Window window = reads.window(parameters);
    Group group = Group.DAY;
    Optional<String> asked = parameters.optional("group");
    if (asked.isPresent()) {
      try {
        group = Group.parse(asked.get());
      } catch (IllegalArgumentException e) {
        throw ApiError.badRequest("BAD_GROUP", e.getMessage());
      }
    }
    return new ReadQuery(
        shape,
        workspace,
        window.from(),
        window.to(),
        group,
        some(parameters, "dimensions", shape.dimensions(), "UNKNOWN_DIMENSION"),
        some(parameters, "measures", shape.measures(), "UNKNOWN_MEASURE"));
  }

  /** Those that are named, in their order; all where nothing is said. */
  private static List<String> some(
      Parameters parameters, String name, List<String> all, String code) throws ApiError {
    Optional<String> asked = parameters.optional(name);
    if (asked.isEmpty()) {
      return all;
    }
    List<String> names =
        asked.get().isBlank() ? List.of() : Arrays.asList(asked.get().split(",", -1));
    for (String each : names) {
      if (!all.contains(each)) {
        throw ApiError.badRequest(
            code,
            "'%s' is none of the %s: there are %s".formatted(each, name, String.join(", ", all)));
      }
    }
    return all.stream().filter(names::contains).toList();
  }

  private AnswerCache.Computed computed(ReadQuery query) throws Exception {
    Answer answer = reads.ask(query);
    boolean kept = answer.ofRollup() && answer.complete();
    return new AnswerCache.Computed(
        answer.source(), answer.completeThrough(), kept, AnswerJson.answer(query, answer));
  }
}
