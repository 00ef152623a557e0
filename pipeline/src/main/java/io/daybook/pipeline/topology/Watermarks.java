// SPDX-License-Identifier: Apache-2.0
package io.daybook.pipeline.topology;

import io.daybook.schemas.topic.Watermark;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/**
 * The watermarks of a processor's inputs. What it may promise its successors is the lowest of them,
 * once every input has one.
 *
 * <p>Held in memory on purpose: a watermark speaks of the records before it in its own partition,
 * so after a restart the next tick of every input says as much as the lost one, and promises more.
 */
final class Watermarks {
  private final Set<String> channels;
  private final Map<String, Watermark> heard = new HashMap<>();
  private Watermark forwarded;

  Watermarks(Set<String> channels) {
    this.channels = channels;
  }

  /** Takes note of an input's watermark. */
  void advance(Message.Mark mark) {
    if (!channels.contains(mark.channel())) {
      throw new IllegalStateException(
          "A watermark from '" + mark.channel() + "', which is none of " + channels);
    }
    heard.put(mark.channel(), mark.watermark());
  }

  /** The watermark to forward now, or null where it has not risen since the last call. */
  Watermark rise() {
    if (heard.size() < channels.size()) {
      return null;
    }
    Watermark lowest = heard.values().stream().min(Watermark::compareTo).orElseThrow();
    if (forwarded != null && forwarded.compareTo(lowest) >= 0) {
      return null;
    }
    forwarded = lowest;
    return lowest;
  }
}
