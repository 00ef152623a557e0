// SPDX-License-Identifier: Apache-2.0
package io.daybook.pipeline.topology;

import java.util.Map;
import org.apache.kafka.streams.processor.StateStore;
import org.apache.kafka.streams.processor.StateStoreContext;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.internals.InternalProcessorContext;
import org.apache.kafka.streams.processor.internals.ProcessorNode;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.internals.CacheFlushListener;
import org.apache.kafka.streams.state.internals.CachedStateStore;

/**
 * Lets a processor hold work back until its task commits, in the same transaction as the records
 * that made it: what was held in memory is then never lost and never done twice.
 *
 * <p>Streams does this for its own record caches: before a commit it flushes each {@link
 * CachedStateStore} of the task, and these forward what they hold. This is such a store, with no
 * content. The interface is internal to Streams; were it no longer called, nothing at all would
 * come out of the processor, and every test would fail.
 */
final class BeforeCommit implements StateStore, CachedStateStore<Object, Object> {
  private final String name;
  private InternalProcessorContext<?, ?> context;
  private ProcessorNode<?, ?, ?, ?> node;
  private Runnable work;
  private boolean open;

  private BeforeCommit(String name) {
    this.name = name;
  }

  /** To be called in the processor's init. */
  static void run(Runnable work, String store, ProcessorContext<?, ?> context) {
    BeforeCommit hook = context.getStateStore(store);
    hook.context = (InternalProcessorContext<?, ?>) context;
    hook.node = hook.context.currentNode();
    hook.work = work;
  }

  static StoreBuilder<BeforeCommit> builder(String name) {
    return new Builder(name);
  }

  @Override
  public void flushCache() {
    if (work == null) {
      return; // restored, and not yet initialized
    }
    ProcessorNode<?, ?, ?, ?> current = context.currentNode();
    context.setCurrentNode(node);
    try {
      work.run();
    } finally {
      context.setCurrentNode(current);
    }
  }

  @Override
  public boolean setFlushListener(
      CacheFlushListener<Object, Object> listener, boolean sendOldValues) {
    return false;
  }

  @Override
  public void clearCache() {}

  @Override
  public String name() {
    return name;
  }

  @Override
  public void init(StateStoreContext context, StateStore root) {
    context.register(root, (key, value) -> {});
    open = true;
  }

  @Override
  public void close() {
    open = false;
  }

  @Override
  public boolean persistent() {
    return false;
  }

  @Override
  public boolean isOpen() {
    return open;
  }

  private record Builder(String name) implements StoreBuilder<BeforeCommit> {
    @Override
    public BeforeCommit build() {
      return new BeforeCommit(name);
    }

    @Override
    public StoreBuilder<BeforeCommit> withCachingEnabled() {
      return this;
    }

    @Override
    public StoreBuilder<BeforeCommit> withCachingDisabled() {
      return this;
    }

    @Override
    public StoreBuilder<BeforeCommit> withLoggingEnabled(Map<String, String> config) {
      throw new IllegalArgumentException(name + " holds nothing that a changelog could keep");
    }

    @Override
    public StoreBuilder<BeforeCommit> withLoggingDisabled() {
      return this;
    }

    @Override
    public Map<String, String> logConfig() {
      return Map.of();
    }

    @Override
    public boolean loggingEnabled() {
      return false;
    }
  }
}
