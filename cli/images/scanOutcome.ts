import type { ScanResult } from "../../images/scan/evaluate";

/** What a scan came to. */
export interface ScanOutcome extends ScanResult {
    readonly stack: string;
    /** Scanner with its version; missing where there was nothing to scan. */
    readonly scanner?: string;
    /** Images that were scanned. */
    readonly images: readonly string[];
    /** What could not be scanned, as sentences: it fails, or the rest would look complete. */
    readonly faults: readonly string[];
}
