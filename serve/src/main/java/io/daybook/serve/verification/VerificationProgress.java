// SPDX-License-Identifier: Apache-2.0
package io.daybook.serve.verification;

import io.daybook.schemas.topic.Lsn;

/** Told what a verification is doing, now and then; every method may be left out. */
public interface VerificationProgress {
  /** For those who need not know. */
  VerificationProgress SILENT = new VerificationProgress() {};

  /** Not complete through {@code wanted} yet, only {@code reached}; null while building. */
  default void waiting(String rollup, Lsn wanted, Lsn reached) {}

  /** Called every {@link Limits#progressEvery} keys and at the end. */
  default void compared(String rollup, long keys) {}

  /** A further look at keys that differed. */
  default void rechecking(String rollup, int keys, int round) {}
}
