-- The barrier of a participant, to copy: SQLite. docs/participants.md says why each line is there.
-- The parameters (:saga_id, :paso, :epoca, :operacion) are the call's headers Saga-Id, Saga-Paso, Saga-Epoca
-- and Saga-Operacion; :salida is what you answer. The tests run this file.
-- Begin with BEGIN IMMEDIATE, set a busy_timeout, and PRAGMA synchronous = FULL.

-- tabla: once, at the start
CREATE TABLE IF NOT EXISTS barrera (
  saga_id VARCHAR(36) NOT NULL,
  paso VARCHAR(255) NOT NULL,
  actuado INTEGER NOT NULL DEFAULT 0,
  rechazado INTEGER NOT NULL DEFAULT 0,
  deshecho INTEGER NOT NULL DEFAULT 0,
  epoca BIGINT NOT NULL,
  salida LONGTEXT,
  creado DATETIME NOT NULL DEFAULT CURRENT_TIMESTAMP,
  PRIMARY KEY (saga_id, paso)
) WITHOUT ROWID;

-- entrar: first of all in the transaction of every call. It takes the row's lock: a duplicate that comes
-- meanwhile waits here until you have committed.
INSERT INTO barrera (saga_id, paso, epoca) VALUES (:saga_id, :paso, :epoca)
ON CONFLICT (saga_id, paso) DO UPDATE SET epoca = MAX(epoca, excluded.epoca);

-- decidir: what to do with the call, and what was answered before
SELECT CASE
    WHEN epoca > :epoca THEN 'epoca'            -- from a node that has lost the saga: answer 412
    WHEN :operacion = 'accion' THEN CASE
      WHEN deshecho = 1 THEN 'colgada'          -- the action comes after its undo: answer 409
      WHEN actuado = 1 THEN 'hecha'             -- a duplicate: answer 200 with salida
      WHEN rechazado = 1 THEN 'rechazada'       -- a duplicate: answer 409 with salida
      ELSE 'actuar' END                         -- do it, then `hecho` or `rechazado` below
    ELSE CASE
      WHEN deshecho = 1 THEN 'deshecha'         -- a duplicate: answer 200
      WHEN actuado = 1 THEN 'deshacer'          -- take the effect back, then `deshecho` below
      ELSE 'vacia' END                          -- nothing to undo: only `deshecho` below
  END AS que, salida
FROM barrera WHERE saga_id = :saga_id AND paso = :paso;

-- hecho: when the action has been done; answer 200 with salida
UPDATE barrera SET actuado = 1, salida = :salida WHERE saga_id = :saga_id AND paso = :paso;

-- rechazado: when the action is refused for good, and has no effect; answer 409 with salida
UPDATE barrera SET rechazado = 1, salida = :salida WHERE saga_id = :saga_id AND paso = :paso;

-- deshecho: after 'deshacer' and 'vacia'; answer 200
UPDATE barrera SET deshecho = 1 WHERE saga_id = :saga_id AND paso = :paso;
