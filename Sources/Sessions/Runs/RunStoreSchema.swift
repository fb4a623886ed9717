import GRDB

/// Tables of the run store. A migration that was released is never changed; a new one is added below it.
enum RunStoreSchema {
  static var migrator: DatabaseMigrator {
    var migrator = DatabaseMigrator()
    migrator.registerMigration("1") { db in
      try db.execute(
        sql: """
          CREATE TABLE runs (
            id INTEGER PRIMARY KEY,
            name TEXT NOT NULL UNIQUE,
            seed INTEGER NOT NULL,
            state TEXT NOT NULL,
            created REAL NOT NULL,
            updated REAL NOT NULL,
            total_steps INTEGER NOT NULL,
            last_step INTEGER NOT NULL,
            last_loss REAL,
            guidance TEXT NOT NULL,
            reason TEXT,
            settings TEXT NOT NULL
          );
          CREATE INDEX runs_created ON runs(created);
          CREATE TABLE metrics (
            run INTEGER NOT NULL REFERENCES runs(id) ON DELETE CASCADE,
            step INTEGER NOT NULL,
            total_steps INTEGER NOT NULL,
            epoch REAL,
            loss REAL,
            lr REAL,
            grad_norm REAL,
            images_per_second REAL,
            guidance TEXT NOT NULL,
            cosine_cls REAL,
            cosine_masked REAL,
            cosine_visible REAL,
            step_seconds REAL,
            data_seconds REAL,
            teacher_seconds REAL,
            forward_seconds REAL,
            backward_seconds REAL,
            optimizer_seconds REAL,
            elapsed_seconds REAL,
            skipped_pictures INTEGER NOT NULL,
            PRIMARY KEY (run, step)
          ) WITHOUT ROWID;
          CREATE TABLE events (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            run INTEGER NOT NULL REFERENCES runs(id) ON DELETE CASCADE,
            step INTEGER NOT NULL,
            time REAL NOT NULL,
            kind TEXT NOT NULL,
            line TEXT NOT NULL
          );
          CREATE INDEX events_run ON events(run, id);
          CREATE TABLE evals (
            id INTEGER PRIMARY KEY,
            run INTEGER NOT NULL REFERENCES runs(id) ON DELETE CASCADE,
            eval INTEGER NOT NULL,
            kind TEXT NOT NULL,
            step INTEGER NOT NULL,
            score REAL,
            details TEXT NOT NULL,
            summary TEXT NOT NULL,
            seconds REAL,
            guidance TEXT NOT NULL
          );
          CREATE INDEX evals_run ON evals(run, step);
          CREATE TABLE checkpoints (
            run INTEGER NOT NULL REFERENCES runs(id) ON DELETE CASCADE,
            step INTEGER NOT NULL,
            path TEXT NOT NULL,
            bytes INTEGER NOT NULL,
            seconds REAL,
            PRIMARY KEY (run, step)
          ) WITHOUT ROWID;
          """)
    }
    migrator.registerMigration("tags and notes") { db in
      try db.execute(
        sql: """
          ALTER TABLE runs ADD COLUMN tags TEXT NOT NULL DEFAULT '';
          ALTER TABLE runs ADD COLUMN note TEXT NOT NULL DEFAULT '';
          """)
    }
    migrator.registerMigration("history") { db in
      try db.execute(
        sql: """
          ALTER TABLE metrics ADD COLUMN time REAL;
          CREATE TABLE history (
            run INTEGER NOT NULL REFERENCES runs(id) ON DELETE CASCADE,
            size INTEGER NOT NULL,
            last_step INTEGER NOT NULL,
            block BLOB NOT NULL,
            PRIMARY KEY (run, size, last_step)
          );
          """)
    }
    migrator.registerMigration("system") { db in
      try db.execute(
        sql: """
          CREATE TABLE system (
            run INTEGER NOT NULL REFERENCES runs(id) ON DELETE CASCADE,
            number INTEGER NOT NULL,
            step INTEGER NOT NULL,
            time REAL NOT NULL,
            cpu REAL,
            process_cores REAL,
            process_memory REAL,
            tensor_memory REAL,
            machine_memory REAL,
            disk_used REAL,
            disk_free REAL,
            disk_read REAL,
            disk_write REAL,
            network_in REAL,
            network_out REAL,
            PRIMARY KEY (run, number)
          ) WITHOUT ROWID;
          """)
    }
    migrator.registerMigration("looks") { db in
      try db.execute(
        sql: """
          CREATE TABLE pictures (
            run INTEGER NOT NULL REFERENCES runs(id) ON DELETE CASCADE,
            picture INTEGER NOT NULL,
            rgb BLOB NOT NULL,
            PRIMARY KEY (run, picture)
          );
          CREATE TABLE looks (
            run INTEGER NOT NULL REFERENCES runs(id) ON DELETE CASCADE,
            picture INTEGER NOT NULL,
            step INTEGER NOT NULL,
            look BLOB NOT NULL,
            PRIMARY KEY (run, picture, step)
          );
          """)
    }
    // The last one that a metric needs: see StepColumns.
    migrator.registerMigration("described metrics") { db in
      try db.execute(
        sql: """
          ALTER TABLE metrics ADD COLUMN more BLOB;
          ALTER TABLE runs ADD COLUMN metrics TEXT;
          """)
    }
    migrator.registerMigration("baselines") { db in
      try db.execute(
        sql: """
          ALTER TABLE evals ADD COLUMN test_pictures INTEGER;
          ALTER TABLE evals ADD COLUMN chance REAL;
          ALTER TABLE evals ADD COLUMN chance_of TEXT;
          ALTER TABLE evals ADD COLUMN untrained_score REAL;
          ALTER TABLE evals ADD COLUMN teacher TEXT;
          ALTER TABLE evals ADD COLUMN teacher_score REAL;
          ALTER TABLE evals ADD COLUMN teacher_projected INTEGER;
          CREATE TABLE baselines (
            fingerprint TEXT PRIMARY KEY,
            subject TEXT NOT NULL,
            kind TEXT NOT NULL,
            score REAL NOT NULL,
            measured REAL NOT NULL
          ) WITHOUT ROWID;
          """)
    }
    migrator.registerMigration("forks") { db in
      try db.execute(
        sql: """
          ALTER TABLE runs ADD COLUMN parent TEXT;
          ALTER TABLE runs ADD COLUMN parent_step INTEGER;
          """)
    }
    migrator.registerMigration("ablations") { db in
      try db.execute(
        sql: """
          CREATE TABLE ablations (
            id INTEGER PRIMARY KEY,
            name TEXT NOT NULL UNIQUE,
            created REAL NOT NULL,
            plan TEXT NOT NULL
          );
          CREATE TABLE ablation_cells (
            ablation INTEGER NOT NULL REFERENCES ablations(id) ON DELETE CASCADE,
            cell INTEGER NOT NULL,
            settings TEXT NOT NULL,
            PRIMARY KEY (ablation, cell)
          ) WITHOUT ROWID;
          CREATE TABLE ablation_failures (
            ablation INTEGER NOT NULL REFERENCES ablations(id) ON DELETE CASCADE,
            cell INTEGER NOT NULL,
            seed INTEGER NOT NULL,
            reason TEXT NOT NULL,
            PRIMARY KEY (ablation, cell, seed)
          ) WITHOUT ROWID;
          ALTER TABLE runs ADD COLUMN ablation INTEGER REFERENCES ablations(id) ON DELETE SET NULL;
          ALTER TABLE runs ADD COLUMN cell INTEGER;
          CREATE INDEX runs_ablation ON runs(ablation, cell, seed);
          """)
    }
    migrator.registerMigration("trials") { db in
      try db.execute(
        sql: """
          ALTER TABLE runs ADD COLUMN trial_of TEXT;
          ALTER TABLE runs ADD COLUMN trial_step INTEGER;
          ALTER TABLE runs ADD COLUMN trial_kind TEXT;
          ALTER TABLE runs ADD COLUMN trial_eval INTEGER;
          ALTER TABLE evals ADD COLUMN trial TEXT;
          """)
    }
    migrator.registerMigration("gpus") { db in
      try db.execute(
        sql: """
          ALTER TABLE system ADD COLUMN gpu REAL;
          ALTER TABLE system ADD COLUMN gpu_memory REAL;
          ALTER TABLE system ADD COLUMN gpu_power REAL;
          ALTER TABLE system ADD COLUMN gpu_temperature REAL;
          """)
    }
    return migrator
  }
}
