// SPDX-License-Identifier: Apache-2.0
package io.daybook.pipeline.topology;

/** Where a processor's messages go. */
interface Output {
  void send(byte[] key, Message message);
}
