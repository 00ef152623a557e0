// SPDX-License-Identifier: Apache-2.0
package io.daybook.cli.dev;

import java.sql.SQLException;
import java.util.Locale;

/**
 * The kinds of operation of the live load, each one transaction. A deck is about 300 row changes;
 * as there is at least one card of every kind, 5000 changes hold each kind more than ten times.
 */
enum LiveOperation {
  WORKSPACE_CREATED(1, WorkspaceChanges::create, null),
  WORKSPACE_RENAMED(1, WorkspaceChanges::rename, WORKSPACE_CREATED),
  WORKSPACE_DELETED(1, WorkspaceChanges::delete, WORKSPACE_CREATED),
  SETTINGS_CHANGED(1, WorkspaceChanges::changeSettings, WORKSPACE_CREATED),
  CAMPAIGN_CREATED(1, CampaignChanges::create, WORKSPACE_CREATED),
  CAMPAIGN_RENAMED(2, CampaignChanges::rename, CAMPAIGN_CREATED),
  CAMPAIGN_DELETED(1, CampaignChanges::delete, CAMPAIGN_CREATED),
  LEAD_CREATED(6, LeadChanges::create, WORKSPACE_CREATED),
  LEAD_UPDATED(40, LeadChanges::update, LEAD_CREATED),
  LEAD_CAMPAIGN_CHANGED(3, LeadChanges::changeCampaign, LEAD_CREATED),
  LEAD_MOVED(1, LeadChanges::move, LEAD_CREATED),
  LEAD_REKEYED(1, LeadRemovals::rekey, LEAD_CREATED),
  LEADS_MERGED(1, LeadRemovals::merge, LEAD_CREATED),
  LEAD_DELETED(1, LeadRemovals::delete, LEAD_CREATED),
  MESSAGE_BURST(8, MessageChanges::burst, LEAD_CREATED),
  MESSAGES_INSERTED_TOGETHER(4, MessageChanges::insertTogether, LEAD_CREATED),
  MESSAGE_READ(40, MessageChanges::read, MESSAGE_BURST),
  MESSAGE_REDATED(3, MessageChanges::redate, MESSAGE_BURST),
  MESSAGE_REKEYED(2, MessageChanges::rekey, MESSAGE_BURST),
  MESSAGE_DELETED(3, MessageChanges::delete, MESSAGE_BURST),
  APPOINTMENT_BOOKED(3, AppointmentChanges::book, LEAD_CREATED),
  APPOINTMENT_CHANGED(4, AppointmentChanges::change, APPOINTMENT_BOOKED),
  RESPONSE_TIMED(8, AppointmentChanges::timeResponse, LEAD_CREATED),
  RESPONSE_GIVEN(8, AppointmentChanges::giveResponse, RESPONSE_TIMED),
  PARTLY_ROLLED_BACK(1, TransactionShapes::partlyRolledBack, LEAD_CREATED),
  ROLLED_BACK(1, TransactionShapes::rolledBack, LEAD_CREATED);

  /** What an operation does in its transaction. */
  interface Body {
    /** Answers false when there was no row that it could have changed. */
    boolean run(LiveTransaction transaction) throws SQLException;
  }

  private final int cards;
  private final Body body;
  private final LiveOperation provider;

  LiveOperation(int cards, Body body, LiveOperation provider) {
    this.cards = cards;
    this.body = body;
    this.provider = provider;
  }

  int cards() {
    return cards;
  }

  Body body() {
    return body;
  }

  /** The operation that makes the rows which this one needs; null for the first of all. */
  LiveOperation provider() {
    return provider;
  }

  /** The name in reports, such as {@code lead-moved}. */
  String label() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
