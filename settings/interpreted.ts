import { config } from "zod";

// Imported before every schema, since a schema decides when it is made: a run parses each value once, and compiling a
// schema first, as zod does by default, takes four times as long.
config({ jitless: true });
