import { z } from "zod";

/** Log levels of SPIRE. */
export const logLevel = z.enum(["DEBUG", "INFO", "WARN", "ERROR"]).default("INFO").describe("Log level");
