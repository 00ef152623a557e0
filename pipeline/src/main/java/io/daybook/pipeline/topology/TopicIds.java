// SPDX-License-Identifier: Apache-2.0
package io.daybook.pipeline.topology;

/** What tells a topic from an earlier one of its name. */
interface TopicIds {

  /** Its id as it is now; the topic must exist. */
  String of(String topic);
}
