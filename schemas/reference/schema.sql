-- SPDX-License-Identifier: Apache-2.0
-- The reference source: a multi-tenant sales inbox as an ORM lays it out. Ids are UUIDs kept as
-- text, times are UTC without a zone, a workspace is a row of "Client".

CREATE TYPE "AppointmentProvider" AS ENUM ('GHL', 'CALENDLY');
CREATE TYPE "AppointmentStatus" AS ENUM
    ('CONFIRMED', 'CANCELED', 'RESCHEDULED', 'SHOWED', 'NO_SHOW');

CREATE TABLE "Client" (
    "id"        text         NOT NULL,
    "name"      text         NOT NULL,
    "createdAt" timestamp(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    CONSTRAINT "Client_pkey" PRIMARY KEY ("id")
);

CREATE TABLE "WorkspaceSettings" (
    "id"       text NOT NULL,
    "clientId" text NOT NULL,
    "timezone" text,
    CONSTRAINT "WorkspaceSettings_pkey" PRIMARY KEY ("id"),
    CONSTRAINT "WorkspaceSettings_clientId_fkey" FOREIGN KEY ("clientId")
        REFERENCES "Client" ("id") ON DELETE CASCADE ON UPDATE CASCADE
);
CREATE UNIQUE INDEX "WorkspaceSettings_clientId_key" ON "WorkspaceSettings" ("clientId");

CREATE TABLE "EmailCampaign" (
    "id"       text NOT NULL,
    "clientId" text NOT NULL,
    "name"     text NOT NULL,
    CONSTRAINT "EmailCampaign_pkey" PRIMARY KEY ("id"),
    CONSTRAINT "EmailCampaign_clientId_fkey" FOREIGN KEY ("clientId")
        REFERENCES "Client" ("id") ON DELETE CASCADE ON UPDATE CASCADE
);
CREATE INDEX "EmailCampaign_clientId_idx" ON "EmailCampaign" ("clientId");

CREATE TABLE "Lead" (
    "id"                    text         NOT NULL,
    "clientId"              text         NOT NULL,
    "emailCampaignId"       text,
    "smsCampaignId"         text,
    "status"                text         NOT NULL DEFAULT 'new',
    "sentimentTag"          text,
    "industry"              text,
    "employeeHeadcount"     text,
    "alternateEmails"       text[]       DEFAULT ARRAY[]::text[],
    "qualificationAnswers"  jsonb,
    "lastInboundAt"         timestamp(3),
    "appointmentBookedAt"   timestamp(3),
    "appointmentStartAt"    timestamp(3),
    "appointmentCanceledAt" timestamp(3),
    "appointmentStatus"     text,
    "createdAt"             timestamp(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updatedAt"             timestamp(3) NOT NULL,
    CONSTRAINT "Lead_pkey" PRIMARY KEY ("id"),
    CONSTRAINT "Lead_clientId_fkey" FOREIGN KEY ("clientId")
        REFERENCES "Client" ("id") ON DELETE CASCADE ON UPDATE CASCADE,
    CONSTRAINT "Lead_emailCampaignId_fkey" FOREIGN KEY ("emailCampaignId")
        REFERENCES "EmailCampaign" ("id") ON DELETE SET NULL ON UPDATE CASCADE
);
CREATE INDEX "Lead_clientId_createdAt_idx" ON "Lead" ("clientId", "createdAt");
CREATE INDEX "Lead_clientId_status_idx" ON "Lead" ("clientId", "status");
CREATE INDEX "Lead_emailCampaignId_idx" ON "Lead" ("emailCampaignId");

CREATE TABLE "Message" (
    "id"           text         NOT NULL,
    "leadId"       text         NOT NULL,
    "channel"      text         NOT NULL DEFAULT 'sms',
    "source"       text         NOT NULL DEFAULT 'zrg',
    "direction"    text         NOT NULL,
    "body"         text         NOT NULL,
    "rawHtml"      text,
    "sentBy"       text,
    "sentByUserId" text,
    "isRead"       boolean      NOT NULL DEFAULT false,
    "sentAt"       timestamp(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "createdAt"    timestamp(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    CONSTRAINT "Message_pkey" PRIMARY KEY ("id"),
    CONSTRAINT "Message_leadId_fkey" FOREIGN KEY ("leadId")
        REFERENCES "Lead" ("id") ON DELETE CASCADE ON UPDATE CASCADE
);
CREATE INDEX "Message_leadId_sentAt_idx" ON "Message" ("leadId", "sentAt");
CREATE INDEX "Message_sentAt_idx" ON "Message" ("sentAt");

CREATE TABLE "ResponseTimingEvent" (
    "id"                   text         NOT NULL,
    "clientId"             text         NOT NULL,
    "leadId"               text         NOT NULL,
    "channel"              text         NOT NULL,
    "inboundSentAt"        timestamp(3) NOT NULL,
    "setterResponseSentAt" timestamp(3),
    "aiResponseSentAt"     timestamp(3),
    "setterResponseMs"     integer,
    "aiResponseMs"         integer,
    "aiChosenDelaySeconds" integer,
    CONSTRAINT "ResponseTimingEvent_pkey" PRIMARY KEY ("id"),
    CONSTRAINT "ResponseTimingEvent_clientId_fkey" FOREIGN KEY ("clientId")
        REFERENCES "Client" ("id") ON DELETE CASCADE ON UPDATE CASCADE,
    CONSTRAINT "ResponseTimingEvent_leadId_fkey" FOREIGN KEY ("leadId")
        REFERENCES "Lead" ("id") ON DELETE CASCADE ON UPDATE CASCADE
);
CREATE INDEX "ResponseTimingEvent_clientId_inboundSentAt_idx"
    ON "ResponseTimingEvent" ("clientId", "inboundSentAt");
CREATE INDEX "ResponseTimingEvent_leadId_idx" ON "ResponseTimingEvent" ("leadId");

CREATE TABLE "Appointment" (
    "id"        text                  NOT NULL,
    "leadId"    text                  NOT NULL,
    "provider"  "AppointmentProvider" NOT NULL,
    "status"    "AppointmentStatus"   NOT NULL DEFAULT 'CONFIRMED',
    "startAt"   timestamp(3),
    "createdAt" timestamp(3)          NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updatedAt" timestamp(3)          NOT NULL,
    CONSTRAINT "Appointment_pkey" PRIMARY KEY ("id"),
    CONSTRAINT "Appointment_leadId_fkey" FOREIGN KEY ("leadId")
        REFERENCES "Lead" ("id") ON DELETE CASCADE ON UPDATE CASCADE
);
CREATE INDEX "Appointment_leadId_idx" ON "Appointment" ("leadId");
CREATE INDEX "Appointment_createdAt_idx" ON "Appointment" ("createdAt");
