import type { VulnerabilitySeverity } from "./severity";

/** A known vulnerability of a package in an image. */
export interface Vulnerability {
    /** Its name, e.g. `CVE-2026-1234`. */
    readonly id: string;
    /** How bad it is. */
    readonly severity: VulnerabilitySeverity;
    /** The package. */
    readonly package: string;
    /** Version in the image. */
    readonly version: string;
    /** Versions that fix it; empty where there is none. */
    readonly fixed: readonly string[];
    /** Page about it. */
    readonly url?: string;
}

/** What a scanner finds in one image. */
export interface ScanReport {
    /** Vulnerabilities, without those that a VEX document says are none. */
    readonly found: readonly Vulnerability[];
    /** How many a VEX document says are none. */
    readonly excluded: number;
}

/** A page as a scanner names it; only encrypted ones are passed on. */
export function pageOf(url: string | undefined): { readonly url?: string } {
    return url?.startsWith("https://") === true && URL.canParse(url) ? { url } : {};
}
