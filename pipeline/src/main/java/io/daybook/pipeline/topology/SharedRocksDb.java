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

/**
 * One block cache for every store of every application in the JVM, and small write buffers, so that
 * memory hardly grows with the number of rollups.
 *
 * <p>A budget of write buffers that all share ({@code WriteBufferManager}) was tried. Only the
 * store that is written to flushes when it is full; so stores at rest held all of it, and a
 * generation that was built beside them flushed, and stalled, at every write.
 *
 * @see <a
 *     href="https://kafka.apache.org/documentation/streams/developer-guide/memory-mgmt.html">Memory
 *     management</a>
 */
public final class SharedRocksDb implements RocksDBConfigSetter {
  /** Of all stores together: blocks, their indexes and filters. */
  private static final long CACHE_BYTES = 256L << 20;

  /** A store that is written to all the time has two of them. */
  private static final long WRITE_BUFFER_BYTES = 4L << 20;

  private static final int WRITE_BUFFERS_MAX = 2;

  static {
    RocksDB.loadLibrary();
  }

  /** Share that data blocks cannot push out: without index and filter every read is from a file. */
  private static final double INDEX_AND_FILTER_SHARE = 0.3;

  /** Some twenty bits for each entry that a write buffer of ours can hold. */
  private static final double MEMTABLE_BLOOM_SHARE = 0.01;

  /** A write buffer grows by this: a hundred stores that hold next to nothing take little. */
  private static final long ARENA_BLOCK_BYTES = 128L << 10;

  private static final Cache CACHE = new LRUCache(CACHE_BYTES, -1, false, INDEX_AND_FILTER_SHARE);
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
    options.setWriteBufferSize(WRITE_BUFFER_BYTES);
    options.setMaxWriteBufferNumber(WRITE_BUFFERS_MAX);
    options.setArenaBlockSize(ARENA_BLOCK_BYTES);
    options.setCompressionType(CompressionType.LZ4_COMPRESSION);
  }

  /** Nothing to close: what is shared lives as long as the JVM. */
  @Override
  public void close(String storeName, Options options) {}
}
