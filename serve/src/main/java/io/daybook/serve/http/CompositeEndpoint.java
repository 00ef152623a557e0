// SPDX-License-Identifier: Apache-2.0
package io.daybook.serve.http;

import com.fasterxml.jackson.core.JsonGenerator;
import io.daybook.serve.auth.Caller;
import io.daybook.serve.cache.AnswerCache;
import io.daybook.serve.composition.Composition;
import io.daybook.serve.composition.Composition.Item;
import io.daybook.serve.read.Answer;
import io.daybook.serve.read.ControlWatch;
import io.daybook.serve.read.Group;
import io.daybook.serve.read.ReadQuery;
import io.daybook.serve.read.RollupShape;
import java.io.IOException;
import java.time.Instant;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.eclipse.jetty.server.Request;

/**
 * {@code GET /api/<path>} of an endpoint that users have put together. It is from the rollup where
 * everything in it is, and as old as the oldest of it.
 */
final class CompositeEndpoint {
  private final Composition composition;
  private final Reads reads;
  private final ControlWatch control;

  CompositeEndpoint(Composition composition, Reads reads, ControlWatch control) {
    this.composition = composition;
    this.reads = reads;
    this.control = control;
  }

  /** Asks the rollups, each question once. */
  Reply read(Request request, Caller caller) throws Exception {
    Parameters parameters =
        Parameters.of(request, List.of(composition.workspaceParameter(), "from", "to", "parts"));
    String workspace = parameters.required(composition.workspaceParameter());
    if (!caller.mayRead(workspace)) {
      throw ApiError.forbidden("the token does not list this workspace");
    }
    Reads.Window window = reads.window(parameters);
    List<String> parts = parts(parameters);
    String params =
        "from=%s&to=%s&parts=%s&of=%08x"
            .formatted(
                window.from(),
                window.to(),
                String.join(",", parts),
                composition.toString().hashCode());
    return reads.reply(
        request,
        caller,
        workspace,
        composition.path(),
        params,
        () -> computed(workspace, window, parts));
  }

  private List<String> parts(Parameters parameters) throws ApiError {
    Optional<String> asked = parameters.optional("parts");
    Collection<String> all = composition.parts().keySet();
    if (asked.isEmpty()) {
      return List.copyOf(all);
    }
    List<String> names = Arrays.asList(asked.get().split(",", -1));
    for (String each : names) {
      if (!all.contains(each)) {
        throw ApiError.badRequest(
            "UNKNOWN_PART",
            "'%s' is none of the parts: there are %s".formatted(each, String.join(", ", all)));
      }
    }
    return all.stream().filter(names::contains).toList();
  }

  private AnswerCache.Computed computed(String workspace, Reads.Window window, List<String> parts)
      throws Exception {
    Map<ReadQuery, Answer> answers = new LinkedHashMap<>();
    Map<Item, ReadQuery> queries = new LinkedHashMap<>();
    for (String part : parts) {
      for (Item item : composition.parts().get(part).values()) {
        queries.put(item, query(item, parts, workspace, window));
      }
    }
    for (ReadQuery each : new LinkedHashSet<>(queries.values())) {
      answers.put(each, reads.ask(each));
    }
    String body = AnswerJson.write(json -> write(json, workspace, window, parts, queries, answers));
    Answer whole = whole(answers.values());
    boolean kept = whole.ofRollup() && answers.values().stream().allMatch(Answer::complete);
    return new AnswerCache.Computed(whole.source(), whole.completeThrough(), kept, body);
  }

  /** Items that are by the same are asked for together. */
  private ReadQuery query(Item item, List<String> parts, String workspace, Reads.Window window)
      throws ApiError {
    RollupShape shape = control.rollups().get(item.rollup());
    if (shape == null) {
      throw ApiError.unavailable(
          "ROLLUP_MISSING", "the rollup '%s' is not installed".formatted(item.rollup()));
    }
    Group group = group(item);
    Set<String> by = by(item);
    Set<String> measures = new LinkedHashSet<>();
    for (String part : parts) {
      for (Item other : composition.parts().get(part).values()) {
        if (other.rollup().equals(item.rollup()) && group(other) == group && by(other).equals(by)) {
          measures.addAll(measures(other));
        }
      }
    }
    return new ReadQuery(
        shape,
        workspace,
        window.from(),
        window.to(),
        group,
        some(shape.dimensions(), by, shape.name()),
        some(shape.measures(), measures, shape.name()));
  }

  private static List<String> some(List<String> there, Set<String> wanted, String rollup)
      throws ApiError {
    for (String each : wanted) {
      if (!there.contains(each)) {
        throw ApiError.unavailable(
            "COLUMN_MISSING", "the rollup '%s' has no column '%s'".formatted(rollup, each));
      }
    }
    return there.stream().filter(wanted::contains).toList();
  }

  private static Group group(Item item) {
    return item instanceof Composition.Rows rows ? rows.group() : Group.TOTAL;
  }

  private static Set<String> by(Item item) {
    return item instanceof Composition.Rows rows
        ? new LinkedHashSet<>(rows.by().values())
        : Set.of();
  }

  private static Collection<String> measures(Item item) {
    if (item instanceof Composition.Number number) {
      return List.of(number.measure());
    } else if (item instanceof Composition.Numbers numbers) {
      return numbers.measures().values();
    }
    return ((Composition.Rows) item).measures().values();
  }

  private void write(
      JsonGenerator json,
      String workspace,
      Reads.Window window,
      List<String> parts,
      Map<Item, ReadQuery> queries,
      Map<ReadQuery, Answer> answers)
      throws IOException {
    json.writeStartObject();
    json.writeBooleanField("success", true);
    json.writeStringField("workspace", workspace);
    json.writeStringField("from", window.from().toString());
    json.writeStringField("to", window.to().toString());
    AnswerJson.origin(
        json, whole(answers.values()), answers.values().stream().allMatch(Answer::complete));
    json.writeObjectFieldStart("data");
    for (String part : parts) {
      json.writeObjectFieldStart(part);
      for (Map.Entry<String, Item> item : composition.parts().get(part).entrySet()) {
        json.writeFieldName(item.getKey());
        write(json, item.getValue(), answers.get(queries.get(item.getValue())));
      }
      json.writeEndObject();
    }
    json.writeEndObject();
    json.writeEndObject();
  }

  /** Live where any of it is, and as old as the oldest of it. */
  private static Answer whole(Collection<Answer> all) {
    Answer first = all.stream().filter(each -> !each.ofRollup()).findFirst().orElse(oldest(all));
    Instant through =
        all.stream().anyMatch(each -> each.completeThrough() == null)
            ? null
            : all.stream().map(Answer::completeThrough).min(Comparator.naturalOrder()).get();
    return new Answer(
        first.source(),
        first.reason(),
        first.generation(),
        through,
        oldest(all).asOf(),
        List.of(),
        List.of());
  }

  private static Answer oldest(Collection<Answer> all) {
    return all.stream().min(Comparator.comparing(Answer::asOf)).orElseThrow();
  }

  private static void write(JsonGenerator json, Item item, Answer answer) throws IOException {
    if (item instanceof Composition.Number number) {
      writeValue(json, answer, number.measure(), first(answer));
    } else if (item instanceof Composition.Numbers numbers) {
      json.writeStartObject();
      for (Map.Entry<String, String> each : numbers.measures().entrySet()) {
        json.writeFieldName(each.getKey());
        writeValue(json, answer, each.getValue(), first(answer));
      }
      json.writeEndObject();
    } else {
      Composition.Rows rows = (Composition.Rows) item;
      json.writeStartArray();
      for (List<String> row : answer.rows()) {
        json.writeStartObject();
        if (rows.group() != Group.TOTAL) {
          json.writeStringField(rows.group().text(), row.get(0));
        }
        for (Map<String, String> names : List.of(rows.by(), rows.measures())) {
          for (Map.Entry<String, String> each : names.entrySet()) {
            json.writeFieldName(each.getKey());
            writeValue(json, answer, each.getValue(), row);
          }
        }
        json.writeEndObject();
      }
      json.writeEndArray();
    }
  }

  private static List<String> first(Answer answer) {
    return answer.rows().isEmpty() ? null : answer.rows().get(0);
  }

  /** A number without rows is 0. */
  private static void writeValue(JsonGenerator json, Answer answer, String column, List<String> row)
      throws IOException {
    if (row == null) {
      json.writeNumber(0);
      return;
    }
    for (int i = 0; i < answer.columns().size(); i++) {
      if (answer.columns().get(i).name().equals(column)) {
        AnswerJson.value(json, answer.columns().get(i).kind(), row.get(i));
        return;
      }
    }
    throw new IllegalStateException("no column " + column + " was asked for");
  }
}
