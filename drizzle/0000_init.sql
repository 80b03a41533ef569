CREATE TABLE "account" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "account_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"uuid" uuid DEFAULT gen_random_uuid() NOT NULL,
	"name" text COLLATE "C",
	"volumes_root" text NOT NULL,
	"created" timestamp (6) with time zone DEFAULT clock_timestamp() NOT NULL,
	CONSTRAINT "account_uuid_unique" UNIQUE("uuid")
);
--> statement-breakpoint
CREATE TABLE "backup" (
	"account_id" bigint NOT NULL,
	"id" bigint GENERATED ALWAYS AS IDENTITY (sequence name "backup_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"uuid" uuid DEFAULT gen_random_uuid() NOT NULL,
	"name" text COLLATE "C",
	"description" text,
	"transitioning" text NOT NULL,
	"transitioning_message" text,
	"transitioning_progress" integer,
	"created" timestamp (6) with time zone DEFAULT clock_timestamp() NOT NULL,
	"removed" timestamp (6) with time zone,
	"state" text NOT NULL,
	"snapshot_id" bigint NOT NULL,
	"volume_id" bigint NOT NULL,
	"key" text NOT NULL,
	"size_bytes" bigint NOT NULL,
	"checksum" text NOT NULL,
	"attempt" integer DEFAULT 0 NOT NULL,
	"run_after" timestamp (6) with time zone,
	"lease_token" uuid,
	"lease_expires" timestamp (6) with time zone,
	"deadline" timestamp (6) with time zone,
	CONSTRAINT "backup_account_id_id_pk" PRIMARY KEY("account_id","id"),
	CONSTRAINT "backup_removed" CHECK ((removed is not null) = (state = 'removed')),
	CONSTRAINT "backup_due_in_transition" CHECK (transitioning <> 'yes' or (run_after is not null and deadline is not null))
);
--> statement-breakpoint
CREATE TABLE "idempotency_key" (
	"account_id" bigint NOT NULL,
	"key" text NOT NULL,
	"mutation" text NOT NULL,
	"input_hash" text NOT NULL,
	"resource_id" bigint,
	"created" timestamp (6) with time zone DEFAULT clock_timestamp() NOT NULL,
	CONSTRAINT "idempotency_key_account_id_key_pk" PRIMARY KEY("account_id","key")
);
--> statement-breakpoint
CREATE TABLE "installation" (
	"only" boolean PRIMARY KEY DEFAULT true NOT NULL,
	"uuid" uuid NOT NULL,
	"created" timestamp (6) with time zone DEFAULT clock_timestamp() NOT NULL,
	CONSTRAINT "installation_only" CHECK ("installation"."only")
);
--> statement-breakpoint
CREATE TABLE "snapshot" (
	"account_id" bigint NOT NULL,
	"id" bigint GENERATED ALWAYS AS IDENTITY (sequence name "snapshot_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"uuid" uuid DEFAULT gen_random_uuid() NOT NULL,
	"name" text COLLATE "C",
	"description" text,
	"transitioning" text NOT NULL,
	"transitioning_message" text,
	"transitioning_progress" integer,
	"created" timestamp (6) with time zone DEFAULT clock_timestamp() NOT NULL,
	"removed" timestamp (6) with time zone,
	"state" text NOT NULL,
	"volume_id" bigint NOT NULL,
	"managed_volume_uuid" text,
	"size_bytes" bigint,
	"checksum" text,
	"backup_uuid" uuid,
	"attempt" integer DEFAULT 0 NOT NULL,
	"run_after" timestamp (6) with time zone,
	"lease_token" uuid,
	"lease_expires" timestamp (6) with time zone,
	"deadline" timestamp (6) with time zone,
	CONSTRAINT "snapshot_account_id_id_pk" PRIMARY KEY("account_id","id"),
	CONSTRAINT "snapshot_removed" CHECK ((removed is not null) = (state = 'removed')),
	CONSTRAINT "snapshot_due_in_transition" CHECK (transitioning <> 'yes' or (run_after is not null and deadline is not null))
);
--> statement-breakpoint
CREATE TABLE "storage_root" (
	"kind" text NOT NULL,
	"path" text NOT NULL,
	"marked" timestamp (6) with time zone DEFAULT clock_timestamp() NOT NULL,
	CONSTRAINT "storage_root_kind_path_pk" PRIMARY KEY("kind","path")
);
--> statement-breakpoint
CREATE TABLE "volume" (
	"account_id" bigint NOT NULL,
	"id" bigint GENERATED ALWAYS AS IDENTITY (sequence name "volume_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"uuid" uuid DEFAULT gen_random_uuid() NOT NULL,
	"name" text COLLATE "C" NOT NULL,
	"description" text,
	"transitioning" text NOT NULL,
	"transitioning_message" text,
	"transitioning_progress" integer,
	"created" timestamp (6) with time zone DEFAULT clock_timestamp() NOT NULL,
	"removed" timestamp (6) with time zone,
	"state" text NOT NULL,
	"driver" text NOT NULL,
	"path" text COLLATE "C" NOT NULL,
	CONSTRAINT "volume_account_id_id_pk" PRIMARY KEY("account_id","id"),
	CONSTRAINT "volume_removed" CHECK ((removed is not null) = (state = 'removed'))
);
--> statement-breakpoint
ALTER TABLE "backup" ADD CONSTRAINT "backup_account_id_account_id_fk" FOREIGN KEY ("account_id") REFERENCES "public"."account"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "backup" ADD CONSTRAINT "backup_account_id_snapshot_id_snapshot_account_id_id_fk" FOREIGN KEY ("account_id","snapshot_id") REFERENCES "public"."snapshot"("account_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "backup" ADD CONSTRAINT "backup_account_id_volume_id_volume_account_id_id_fk" FOREIGN KEY ("account_id","volume_id") REFERENCES "public"."volume"("account_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "idempotency_key" ADD CONSTRAINT "idempotency_key_account_id_account_id_fk" FOREIGN KEY ("account_id") REFERENCES "public"."account"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "snapshot" ADD CONSTRAINT "snapshot_account_id_account_id_fk" FOREIGN KEY ("account_id") REFERENCES "public"."account"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "snapshot" ADD CONSTRAINT "snapshot_account_id_volume_id_volume_account_id_id_fk" FOREIGN KEY ("account_id","volume_id") REFERENCES "public"."volume"("account_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "volume" ADD CONSTRAINT "volume_account_id_account_id_fk" FOREIGN KEY ("account_id") REFERENCES "public"."account"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE UNIQUE INDEX "backup_created_snapshot" ON "backup" USING btree ("account_id","snapshot_id") WHERE state = 'created';--> statement-breakpoint
CREATE INDEX "backup_live_created" ON "backup" USING btree ("account_id","created","id") WHERE removed is null;--> statement-breakpoint
CREATE INDEX "backup_live_volume" ON "backup" USING btree ("account_id","volume_id","created","id") WHERE removed is null;--> statement-breakpoint
CREATE INDEX "backup_due" ON "backup" USING btree ("account_id","run_after","id") WHERE transitioning = 'yes';--> statement-breakpoint
CREATE UNIQUE INDEX "backup_uuid" ON "backup" USING btree ("uuid");--> statement-breakpoint
CREATE INDEX "idempotency_key_created" ON "idempotency_key" USING btree ("created");--> statement-breakpoint
CREATE INDEX "snapshot_live_created" ON "snapshot" USING btree ("account_id","created","id") WHERE removed is null;--> statement-breakpoint
CREATE INDEX "snapshot_live_name" ON "snapshot" USING btree ("account_id","name","id") WHERE removed is null;--> statement-breakpoint
CREATE INDEX "snapshot_live_volume" ON "snapshot" USING btree ("account_id","volume_id","created","id") WHERE removed is null;--> statement-breakpoint
CREATE INDEX "snapshot_live_state" ON "snapshot" USING btree ("account_id","state","created","id") WHERE removed is null;--> statement-breakpoint
CREATE INDEX "snapshot_due" ON "snapshot" USING btree ((case state when 'removing' then 0 else 1 end),"account_id",(case state when 'backing-up' then 0 else 1 end),"run_after","id") WHERE transitioning = 'yes';--> statement-breakpoint
CREATE UNIQUE INDEX "snapshot_uuid" ON "snapshot" USING btree ("uuid");--> statement-breakpoint
CREATE UNIQUE INDEX "volume_live_path" ON "volume" USING btree ("account_id","path") WHERE removed is null;--> statement-breakpoint
CREATE UNIQUE INDEX "volume_live_name" ON "volume" USING btree ("account_id","name") WHERE removed is null;--> statement-breakpoint
CREATE INDEX "volume_live_created" ON "volume" USING btree ("account_id","created","id") WHERE removed is null;