CREATE TABLE "event_history" (
	"only" boolean PRIMARY KEY DEFAULT true NOT NULL,
	"last_id" bigint NOT NULL,
	"expired_id" bigint NOT NULL,
	CONSTRAINT "event_history_only" CHECK ("event_history"."only")
);
--> statement-breakpoint
CREATE TABLE "snapshot_event" (
	"account_id" bigint NOT NULL,
	"id" bigint NOT NULL,
	"snapshot_id" bigint NOT NULL,
	"volume_id" bigint NOT NULL,
	"kind" text NOT NULL,
	"at" timestamp (6) with time zone DEFAULT clock_timestamp() NOT NULL,
	"from_state" text,
	"to_state" text NOT NULL,
	"transitioning" text NOT NULL,
	"message" text,
	"attempt" integer,
	"actor" text,
	"request_id" text,
	CONSTRAINT "snapshot_event_account_id_id_pk" PRIMARY KEY("account_id","id")
);
--> statement-breakpoint
CREATE TABLE "snapshot_event_outbox" (
	"seq" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "snapshot_event_outbox_seq_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"account_id" bigint NOT NULL,
	"snapshot_id" bigint NOT NULL,
	"volume_id" bigint NOT NULL,
	"kind" text NOT NULL,
	"at" timestamp (6) with time zone DEFAULT clock_timestamp() NOT NULL,
	"from_state" text,
	"to_state" text NOT NULL,
	"transitioning" text NOT NULL,
	"message" text,
	"attempt" integer,
	"actor" text,
	"request_id" text
);
--> statement-breakpoint
CREATE UNIQUE INDEX "snapshot_event_of_all" ON "snapshot_event" USING btree ((id + 0));--> statement-breakpoint
CREATE INDEX "snapshot_event_snapshot" ON "snapshot_event" USING btree ("account_id","snapshot_id","id");--> statement-breakpoint
CREATE INDEX "snapshot_event_volume" ON "snapshot_event" USING btree ("account_id","volume_id","id");--> statement-breakpoint
INSERT INTO "event_history" ("last_id", "expired_id") VALUES (0, 0);
