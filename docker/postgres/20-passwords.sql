-- Gives the roles that sign in their passwords. PostgreSQL's image runs this once, when its data directory is new.
\getenv owner_password OWNER_PASSWORD
\getenv app_password APP_PASSWORD
\getenv worker_password WORKER_PASSWORD
\getenv backup_password BACKUP_PASSWORD
ALTER ROLE cma_owner PASSWORD :'owner_password';
ALTER ROLE cma_app PASSWORD :'app_password';
ALTER ROLE cma_worker PASSWORD :'worker_password';
ALTER ROLE cma_backup PASSWORD :'backup_password';
