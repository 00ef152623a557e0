// SPDX-License-Identifier: Apache-2.0
package io.daybook.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.daybook.cli.config.ConfigException;
import io.daybook.cli.dev.stack.StackException;
import io.daybook.cli.installation.RefusedByState;
import io.daybook.schemas.sql.DefinitionException;
import io.daybook.serve.migration.MigrationRefusedException;
import java.net.ConnectException;
import java.net.http.HttpTimeoutException;
import java.sql.SQLException;
import java.util.Set;
import org.apache.kafka.common.KafkaException;
import redis.clients.jedis.exceptions.JedisConnectionException;

/** What a verb tells its caller's script. */
public final class ExitCode {
  /** Done, and true. */
  public static final int TRUE = 0;

  /** Done, and false: drift, undecided, no-go, unhealthy. */
  public static final int FALSE = 1;

  /** Wrong usage, configuration or definition. */
  public static final int USAGE = 2;

  /** A system that is needed cannot be reached. */
  public static final int UNREACHABLE = 3;

  /** Interrupted, or an error inside. */
  public static final int INTERNAL = 4;

  /** SQLSTATE classes of a server that cannot be reached or does not let us in. */
  private static final Set<String> CONNECTION = Set.of("08", "28", "57", "3D");

  private ExitCode() {}

  static int of(Throwable failure) {
    if (failure instanceof ConfigException
        || failure instanceof DefinitionException
        || failure instanceof MigrationRefusedException
        || failure instanceof RefusedByState
        || failure instanceof IllegalArgumentException) {
      return USAGE;
    }
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      boolean postgres =
          cause instanceof SQLException sql
              && sql.getSQLState() != null
              && CONNECTION.contains(sql.getSQLState().substring(0, 2));
      boolean kafka =
          cause instanceof KafkaException && !(cause.getCause() instanceof JsonProcessingException);
      boolean http = cause instanceof ConnectException || cause instanceof HttpTimeoutException;
      if (postgres || kafka || http || cause instanceof JedisConnectionException) {
        return UNREACHABLE;
      }
    }
    return failure instanceof StackException ? USAGE : INTERNAL;
  }
}
