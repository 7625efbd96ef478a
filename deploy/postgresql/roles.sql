-- Once, as the superuser of the server: psql -v lab_password=... -v backup_password=... -f roles.sql
-- The program's role owns its database and stands below row security, which the tables force upon their owner too.
CREATE ROLE lab LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOBYPASSRLS PASSWORD :'lab_password';
-- To verify a backup a database beside the one in use is made and taken away again, which the program itself may not.
CREATE ROLE lab_backup LOGIN NOSUPERUSER CREATEDB NOCREATEROLE NOBYPASSRLS PASSWORD :'backup_password';
GRANT lab TO lab_backup;
CREATE DATABASE lab OWNER lab ENCODING 'UTF8' TEMPLATE template0;
REVOKE ALL ON DATABASE lab FROM PUBLIC;
ALTER ROLE lab SET statement_timeout = '30s';
ALTER ROLE lab SET idle_in_transaction_session_timeout = '60s';
