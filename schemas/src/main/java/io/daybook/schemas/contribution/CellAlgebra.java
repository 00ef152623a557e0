// SPDX-License-Identifier: Apache-2.0
package io.daybook.schemas.contribution;

import io.daybook.schemas.aggregate.Aggregate;
import io.daybook.schemas.binary.Binary;
import io.daybook.schemas.binary.VarInt;
import io.daybook.schemas.definition.Rollup;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** Adds deltas to the cells of one rollup, shows them, and writes both as bytes. */
public final class CellAlgebra {
  private final List<List<Aggregate<Object>>> aggregates;

  public CellAlgebra(Rollup rollup) {
    this.aggregates = rollup.facts().stream().map(Contributor::aggregates).toList();
  }

  public Cell zero() {
    List<List<Object>> states = new ArrayList<>();
    for (List<Aggregate<Object>> fact : aggregates) {
      states.add(fact.stream().map(Aggregate::zero).toList());
    }
    return new Cell(Collections.nCopies(aggregates.size(), 0L), states);
  }

  public Cell plus(Cell cell, Delta delta) {
    List<Long> rows = new ArrayList<>(cell.rows());
    rows.set(delta.fact(), rows.get(delta.fact()) + delta.rows());
    List<List<Object>> states = new ArrayList<>(cell.states());
    states.set(delta.fact(), plus(delta.fact(), states.get(delta.fact()), delta.states()));
    return new Cell(rows, states);
  }

  /** Both changes, of one fact in one cell, as one. */
  public Delta plus(Delta first, Delta second) {
    return new Delta(
        first.day(),
        first.fact(),
        first.rows() + second.rows(),
        plus(first.fact(), first.states(), second.states()));
  }

  private List<Object> plus(int fact, List<Object> first, List<Object> second) {
    List<Object> sums = new ArrayList<>(first.size());
    for (int i = 0; i < first.size(); i++) {
      sums.add(aggregates.get(fact).get(i).plus(first.get(i), second.get(i)));
    }
    return sums;
  }

  /** True where a change changes nothing. */
  public boolean isZero(Delta delta) {
    return delta.rows() == 0 && delta.states().equals(zero().states().get(delta.fact()));
  }

  /** True where nothing is left: no rows, and every state neutral. */
  public boolean isZero(Cell cell) {
    return cell.equals(zero());
  }

  /** True where the cell has a row in the rollup: at least one fact has a row for its key. */
  public boolean isPresent(Cell cell) {
    return cell.rows().stream().anyMatch(rows -> rows > 0);
  }

  /** False while a retraction has overtaken what it retracts; such a cell is not shown. */
  public boolean isSettled(Cell cell) {
    for (int fact = 0; fact < aggregates.size(); fact++) {
      if (cell.rows().get(fact) < 0) {
        return false;
      }
      for (int i = 0; i < aggregates.get(fact).size(); i++) {
        if (!aggregates.get(fact).get(i).isSettled(cell.states().get(fact).get(i))) {
          return false;
        }
      }
    }
    return true;
  }

  /** The values of all measures, in the order of {@link Rollup#measures()}. */
  public Object[] values(Cell cell) {
    List<Object> values = new ArrayList<>();
    for (int fact = 0; fact < aggregates.size(); fact++) {
      for (int i = 0; i < aggregates.get(fact).size(); i++) {
        values.add(aggregates.get(fact).get(i).result(cell.states().get(fact).get(i)));
      }
    }
    return values.toArray();
  }

  public byte[] write(Cell cell) {
    return Binary.write(
        out -> {
          for (int fact = 0; fact < aggregates.size(); fact++) {
            VarInt.write(cell.rows().get(fact), out);
            writeStates(fact, cell.states().get(fact), out);
          }
        });
  }

  public Cell readCell(byte[] bytes) {
    return Binary.read(
        bytes,
        in -> {
          List<Long> rows = new ArrayList<>();
          List<List<Object>> states = new ArrayList<>();
          for (int fact = 0; fact < aggregates.size(); fact++) {
            rows.add(VarInt.read(in));
            states.add(readStates(fact, in));
          }
          return new Cell(rows, states);
        });
  }

  public void write(Delta delta, DataOutput out) throws IOException {
    VarInt.write(delta.day(), out);
    VarInt.write(delta.fact(), out);
    VarInt.write(delta.rows(), out);
    writeStates(delta.fact(), delta.states(), out);
  }

  public Delta readDelta(DataInput in) throws IOException {
    int day = (int) VarInt.read(in);
    int fact = (int) VarInt.read(in);
    return new Delta(day, fact, VarInt.read(in), readStates(fact, in));
  }

  private void writeStates(int fact, List<Object> states, DataOutput out) throws IOException {
    for (int i = 0; i < states.size(); i++) {
      aggregates.get(fact).get(i).write(states.get(i), out);
    }
  }

  private List<Object> readStates(int fact, DataInput in) throws IOException {
    List<Object> states = new ArrayList<>(aggregates.get(fact).size());
    for (Aggregate<Object> aggregate : aggregates.get(fact)) {
      states.add(aggregate.read(in));
    }
    return states;
  }
}
