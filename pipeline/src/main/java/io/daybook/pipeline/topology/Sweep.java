// SPDX-License-Identifier: Apache-2.0
package io.daybook.pipeline.topology;

import io.daybook.schemas.binary.Binary;
import io.daybook.schemas.topic.Fence;
import org.apache.kafka.common.utils.Bytes;

/**
 * What a fence makes a row store do, as a job in slices.
 *
 * @param truncate ends rows before it, else rows of an older epoch
 * @param epoch of the fence
 * @param version offset of its record
 * @param timestamp of its record
 */
record Sweep(boolean truncate, int epoch, long version, long timestamp) {

  static Sweep of(Fence fence, long version, long timestamp) {
    return new Sweep(fence instanceof Fence.Truncate, fence.epoch(), version, timestamp);
  }

  /** Whether the fence ends this row. */
  boolean ends(StoredRow row) {
    return truncate ? row.version() < version : row.epoch() < epoch;
  }

  Bytes toJob() {
    return Bytes.wrap(
        Binary.write(
            out -> {
              out.writeBoolean(truncate);
              out.writeInt(epoch);
              out.writeLong(version);
              out.writeLong(timestamp);
            }));
  }

  static Sweep ofJob(Bytes job) {
    return Binary.read(
        job.get(), in -> new Sweep(in.readBoolean(), in.readInt(), in.readLong(), in.readLong()));
  }
}
