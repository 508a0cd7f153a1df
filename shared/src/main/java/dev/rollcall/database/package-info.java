/** PostgreSQL: the pool of a service, its migrations, and the server that development starts. */
package dev.rollcall.database;
