CREATE TABLE "api_key" (
	"account_id" bigint NOT NULL,
	"access_key" text NOT NULL,
	"secret_hash" "bytea" NOT NULL,
	"name" text COLLATE "C",
	"role" text NOT NULL,
	"created" timestamp (6) with time zone DEFAULT clock_timestamp() NOT NULL,
	"revoked" timestamp (6) with time zone,
	CONSTRAINT "api_key_account_id_access_key_pk" PRIMARY KEY("account_id","access_key"),
	CONSTRAINT "api_key_role" CHECK ("api_key"."role" in ('VIEWER', 'OPERATOR', 'ADMIN')),
	CONSTRAINT "api_key_secret_hash" CHECK (octet_length("api_key"."secret_hash") = 32)
);
--> statement-breakpoint
ALTER TABLE "api_key" ADD CONSTRAINT "api_key_account_id_account_id_fk" FOREIGN KEY ("account_id") REFERENCES "public"."account"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE UNIQUE INDEX "api_key_access_key" ON "api_key" USING btree ("access_key");--> statement-breakpoint
CREATE UNIQUE INDEX "account_name" ON "account" USING btree ("name");