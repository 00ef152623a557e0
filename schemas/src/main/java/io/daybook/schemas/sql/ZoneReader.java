// SPDX-License-Identifier: Apache-2.0
package io.daybook.schemas.sql;

import io.daybook.schemas.catalogue.ZoneOffsets;
import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Asks Postgres when a time zone's offset changes: between which days first, then when exactly. */
final class ZoneReader {
  private static final long DAY = 86_400;

  /**
   * 1900 to 2100: laws may change within weeks; before, and by the last laws after, they do not.
   */
  private static final long DAILY_FROM = ZoneOffsets.START + 3652 * 864_000L;

  private static final long DAILY_TO = 4_102_444_800L;
  private static final long SELDOM = 10 * DAY;

  private static final String KNOWN =
      "SELECT EXISTS (SELECT 1 FROM pg_timezone_names WHERE lower(name) = lower(?))";

  private static final String CHANGES =
      """
      SELECT instant, zone_offset, earlier FROM (
        SELECT instant, zone_offset, lag(zone_offset) OVER (ORDER BY instant) AS earlier
        FROM (SELECT s AS instant,
                     (extract(epoch FROM to_timestamp(s) AT TIME ZONE ?) - s)::int AS zone_offset
              FROM unnest(?::bigint[]) s) days) lagged
      WHERE earlier IS DISTINCT FROM zone_offset ORDER BY instant""";

  private static final String OFFSETS =
      """
      SELECT (extract(epoch FROM to_timestamp(s) AT TIME ZONE ?) - s)::int
      FROM unnest(?::bigint[]) WITH ORDINALITY AS u (s, place) ORDER BY place""";

  private final Connection connection;
  private final String zone;

  private ZoneReader(Connection connection, String zone) {
    this.connection = connection;
    this.zone = zone;
  }

  /** The offsets of a zone that is named by region, or UTC; null for any other name. */
  static ZoneOffsets read(Connection connection, String zone) throws SQLException {
    // An abbreviation such as EST means what a setting of the server says, and +02 is west of UTC.
    boolean fixedMeaning = zone.equalsIgnoreCase("UTC") || zone.contains("/");
    try (PreparedStatement statement = connection.prepareStatement(KNOWN)) {
      statement.setString(1, zone);
      try (ResultSet row = statement.executeQuery()) {
        row.next();
        return fixedMeaning && row.getBoolean(1) ? new ZoneReader(connection, zone).read() : null;
      }
    }
  }

  private ZoneOffsets read() throws SQLException {
    List<Long> days = new ArrayList<>();
    List<Integer> offsets = new ArrayList<>();
    try (PreparedStatement statement = connection.prepareStatement(CHANGES)) {
      statement.setString(1, zone);
      statement.setArray(2, connection.createArrayOf("bigint", probes()));
      try (ResultSet row = statement.executeQuery()) {
        while (row.next()) {
          days.add(row.getLong(1));
          offsets.add(row.getInt(2));
        }
      }
    }
    long[] found = new long[days.size() - 1];
    for (int i = 0; i < found.length; i++) {
      found[i] = days.get(i + 1);
    }
    int[] all = offsets.stream().mapToInt(Integer::intValue).toArray();
    long[] instants = exact(found, all);
    boolean oneChangeADay =
        Arrays.equals(
            offsets(Arrays.stream(instants).boxed().toArray(Long[]::new)),
            Arrays.copyOfRange(all, 1, all.length));
    return oneChangeADay ? new ZoneOffsets(instants, all) : null;
  }

  private static Long[] probes() {
    List<Long> probes = new ArrayList<>();
    for (long at = ZoneOffsets.START; at <= ZoneOffsets.END; at += step(at)) {
      probes.add(at);
    }
    return probes.toArray(Long[]::new);
  }

  /** From one probe to the next. */
  private static long step(long instant) {
    return instant >= DAILY_FROM && instant < DAILY_TO ? DAY : SELDOM;
  }

  /** Halves all spans at once until the seconds are known. */
  private long[] exact(long[] last, int[] offsets) throws SQLException {
    long[] first = new long[last.length];
    for (int i = 0; i < last.length; i++) {
      first[i] = last[i] - step(last[i] - 1);
    }
    boolean narrow = last.length == 0;
    while (!narrow) {
      Long[] middle = new Long[last.length];
      narrow = true;
      for (int i = 0; i < last.length; i++) {
        middle[i] = (first[i] + last[i]) / 2;
      }
      int[] there = offsets(middle);
      for (int i = 0; i < last.length; i++) {
        if (there[i] == offsets[i]) {
          first[i] = middle[i];
        } else {
          last[i] = middle[i];
        }
        narrow &= last[i] - first[i] == 1;
      }
    }
    return last;
  }

  private int[] offsets(Long[] instants) throws SQLException {
    int[] offsets = new int[instants.length];
    Array array = connection.createArrayOf("bigint", instants);
    try (PreparedStatement statement = connection.prepareStatement(OFFSETS)) {
      statement.setString(1, zone);
      statement.setArray(2, array);
      try (ResultSet row = statement.executeQuery()) {
        for (int i = 0; row.next(); i++) {
          offsets[i] = row.getInt(1);
        }
      }
    }
    return offsets;
  }
}
