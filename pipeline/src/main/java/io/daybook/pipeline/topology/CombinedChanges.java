// SPDX-License-Identifier: Apache-2.0
package io.daybook.pipeline.topology;

import io.daybook.schemas.contribution.CellAlgebra;
import io.daybook.schemas.contribution.Delta;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.kafka.common.utils.Bytes;

/**
 * Adds one fact's changes of the same cell up before they are sent: the many children of one parent
 * mostly share few cells. Other messages pass at once.
 */
final class CombinedChanges implements Output {
  private final CellAlgebra cells;
  private final Output output;
  private final Map<Bytes, Delta> sums = new LinkedHashMap<>();

  CombinedChanges(CellAlgebra cells, Output output) {
    this.cells = cells;
    this.output = output;
  }

  @Override
  public void send(byte[] key, Message message) {
    if (message instanceof Message.CellChange change) {
      sums.merge(Bytes.wrap(key), change.delta(), cells::plus);
    } else {
      output.send(key, message);
    }
  }

  /** Sends the sums. */
  void send() {
    sums.forEach(
        (key, delta) -> {
          if (!cells.isZero(delta)) {
            output.send(key.get(), new Message.CellChange(delta));
          }
        });
    sums.clear();
  }
}
