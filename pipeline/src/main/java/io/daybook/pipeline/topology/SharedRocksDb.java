// SPDX-License-Identifier: Apache-2.0
package io.daybook.pipeline.topology;

import java.util.Map;
import org.apache.kafka.streams.state.RocksDBConfigSetter;
import org.rocksdb.BlockBasedTableConfig;
import org.rocksdb.BloomFilter;
import org.rocksdb.Cache;
import org.rocksdb.CompressionType;
import org.rocksdb.LRUCache;
import org.rocksdb.Options;
import org.rocksdb.RocksDB;
import org.rocksdb.WriteBufferManager;

/**
 * One block cache and one budget of write buffers for every store of every application in the JVM,
 * so that memory does not grow with the number of rollups.
 *
 * @see <a
 *     href="https://kafka.apache.org/documentation/streams/developer-guide/memory-mgmt.html">Memory
 *     management</a>
 */
public final class SharedRocksDb implements RocksDBConfigSetter {
  /** Native memory of all stores together: blocks, their indexes and filters, write buffers. */
  private static final long MEMORY_BYTES = 256L << 20;

  /** The part of it that write buffers may take. */
  private static final long WRITE_BUFFERS_BYTES = 96L << 20;

  private static final long WRITE_BUFFER_BYTES = 16L << 20;

  static {
    RocksDB.loadLibrary();
  }

  /** Share that data blocks cannot push out: without index and filter every read is from a file. */
  private static final double INDEX_AND_FILTER_SHARE = 0.3;

  /** Some twenty bits for each entry that a write buffer of ours can hold. */
  private static final double MEMTABLE_BLOOM_SHARE = 0.01;

  /**
   * A write buffer grows by this. The default is an eighth of its size: a hundred stores that hold
   * next to nothing would fill the budget, and then each write flushes.
   */
  private static final long ARENA_BLOCK_BYTES = 128L << 10;

  private static final Cache CACHE = new LRUCache(MEMORY_BYTES, -1, false, INDEX_AND_FILTER_SHARE);
  private static final WriteBufferManager WRITE_BUFFERS =
      new WriteBufferManager(WRITE_BUFFERS_BYTES, CACHE);
  private static final BloomFilter BLOOM = new BloomFilter(10);

  @Override
  public void setConfig(String storeName, Options options, Map<String, Object> configs) {
    BlockBasedTableConfig table = (BlockBasedTableConfig) options.tableFormatConfig();
    table.setBlockCache(CACHE);
    table.setFilterPolicy(BLOOM);
    table.setCacheIndexAndFilterBlocks(true);
    table.setCacheIndexAndFilterBlocksWithHighPriority(true);
    table.setPinL0FilterAndIndexBlocksInCache(true);
    options.setTableFormatConfig(table);
    // Most look-ups are of keys that are not there yet.
    options.setMemtableWholeKeyFiltering(true);
    options.setMemtablePrefixBloomSizeRatio(MEMTABLE_BLOOM_SHARE);
    options.setWriteBufferManager(WRITE_BUFFERS);
    options.setWriteBufferSize(WRITE_BUFFER_BYTES);
    options.setArenaBlockSize(ARENA_BLOCK_BYTES);
    options.setCompressionType(CompressionType.LZ4_COMPRESSION);
  }

  /** Nothing to close: what is shared lives as long as the JVM. */
  @Override
  public void close(String storeName, Options options) {}
}
