import { z } from "zod";

/** Schema of a SPIRE log level. Default: INFO. */
export const logLevel = z.enum(["DEBUG", "INFO", "WARN", "ERROR"]).default("INFO").describe("Log level");
