// SPDX-License-Identifier: Apache-2.0
package io.daybook.cli.faults;

import java.time.Instant;

/**
 * Rows whose used column is stored apart are updated elsewhere, get another key, and are deleted:
 * the stream tells of that column only when it changes.
 */
final class UnchangedToast implements Fault {
  private static final int NAME_LENGTH = 2_200;
  private static final int CAMPAIGNS = 20;

  @Override
  public String id() {
    return "F14";
  }

  @Override
  public String title() {
    return "unchanged TOAST, in updates and in changes of the key";
  }

  @Override
  public Injection inject(Site site, Turn turn) throws Exception {
    Database database = site.database();
    String own = new Messages(database).ownLead("toast-" + turn.below(1_000_000));
    String other = new Messages(database).ownLead(own + "-other");
    database.change(
        "INSERT INTO \"EmailCampaign\" (id, \"clientId\", name)"
            + " SELECT ? || '-' || n, ?, (SELECT left(string_agg(md5(random()::text), ''), %d)"
                .formatted(NAME_LENGTH)
            + " FROM generate_series(1, 80 + n * 0)) FROM generate_series(1, %d) n"
                .formatted(CAMPAIGNS),
        own,
        own);
    long apart =
        database.number(
            "SELECT count(*) FROM \"EmailCampaign\" WHERE \"clientId\" = ?"
                + " AND pg_column_toast_chunk_id(name) IS NOT NULL",
            own);
    database.change(
        "INSERT INTO \"Lead\" (id, \"clientId\", \"emailCampaignId\", \"createdAt\", \"updatedAt\")"
            + " SELECT ? || '-' || n, ?, ? || '-' || (n %% %d + 1), timestamp '2026-03-01' + n *"
                .formatted(CAMPAIGNS)
            + " interval '9 hours', now() FROM generate_series(1, 100) n",
        own,
        own,
        own);
    Instant at = Instant.now();
    int updated =
        database.change(
            "UPDATE \"EmailCampaign\" SET \"clientId\" = ? WHERE \"clientId\" = ?"
                + " AND id LIKE '%1'",
            other, own);
    int moved =
        database.change("UPDATE \"EmailCampaign\" SET id = id || 'k' WHERE id LIKE ? || '-%'", own);
    int deleted = database.change("DELETE FROM \"EmailCampaign\" WHERE id LIKE ? || '-%2k'", own);
    boolean hit = apart == CAMPAIGNS && updated > 0 && moved == CAMPAIGNS && deleted > 0;
    return Injection.of(
        at,
        hit,
        "%d names are stored apart; without them %d rows updated, %d keys changed, %d rows deleted"
            .formatted(apart, updated, moved, deleted));
  }
}
