DROP INDEX "snapshot_live_state";--> statement-breakpoint
DROP INDEX "backup_live_volume";--> statement-breakpoint
DROP INDEX "snapshot_live_volume";--> statement-breakpoint
CREATE INDEX "snapshot_live_name_created" ON "snapshot" USING btree ("account_id","name","created","id") WHERE state <> 'removed';--> statement-breakpoint
CREATE INDEX "snapshot_standing" ON "snapshot" USING btree ("account_id","state","transitioning","created","id");--> statement-breakpoint
CREATE INDEX "backup_live_volume" ON "backup" USING btree ("account_id","volume_id","created","id") WHERE state <> 'removed';--> statement-breakpoint
CREATE INDEX "snapshot_live_volume" ON "snapshot" USING btree ("account_id","volume_id","created","id") WHERE state <> 'removed';