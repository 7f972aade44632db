import { globMatches } from "../../policy/engine/glob";
import type { StackImage } from "../stackImages";
import { covers, EXCEPTIONS_FILE, holds, type ImageException } from "./exceptions";
import type { ScanReport, Vulnerability } from "./report";
import { atLeast, type VulnerabilitySeverity } from "./severity";

/** What counts. */
export interface ScanTerms {
    /** Least severity that fails. */
    readonly failOn: VulnerabilitySeverity;
    /** Whether a vulnerability without a fixed version fails, too. */
    readonly includeUnfixed: boolean;
    /** Exceptions of all stacks. */
    readonly exceptions: readonly ImageException[];
    /** Today as `YYYY-MM-DD`. */
    readonly today: string;
}

/** An image with the scanner's report about it. */
export interface ScannedImage {
    readonly image: StackImage;
    readonly report: ScanReport;
}

/** A vulnerability that is severe enough, with the exception that accepts it. */
export interface SevereFinding {
    readonly image: StackImage;
    readonly vulnerability: Vulnerability;
    /** Missing where none holds. */
    readonly exception?: ImageException;
}

/** Result of a scan. */
export interface ScanResult {
    /** Severe vulnerabilities, the worst first; those with an exception do not fail. */
    readonly severe: readonly SevereFinding[];
    /** Vulnerabilities that do not count: less severe, or without a fix. */
    readonly others: number;
    /** Vulnerabilities that a VEX document says are none. */
    readonly excluded: number;
    /** Exceptions that have ended and would still be needed or not: each fails. */
    readonly ended: readonly ImageException[];
    /** Exceptions of scanned images that nothing needs. */
    readonly unused: readonly ImageException[];
}

/** Evaluates reports by the terms. Both kinds of exceptions that need attention are about the scanned images only. */
export function evaluateScan(scanned: readonly ScannedImage[], terms: ScanTerms): ScanResult {
    const { exceptions, today } = terms;
    const all = scanned.flatMap(({ image, report }) =>
        distinct(report.found).map((vulnerability) => ({ image, vulnerability })),
    );
    const severe = all.filter(({ vulnerability }) => counts(vulnerability, terms));
    const about = (exception: ImageException) => scanned.some(({ image }) => globMatches(exception.image, image.name));
    const needed = (exception: ImageException) =>
        all.some(({ image, vulnerability }) => covers(exception, vulnerability.id, image.name));
    return {
        severe: severe
            .map(({ image, vulnerability }): SevereFinding => {
                const exception = exceptions.find(
                    (one) => holds(one, today) && covers(one, vulnerability.id, image.name),
                );
                return { image, vulnerability, ...(exception === undefined ? {} : { exception }) };
            })
            .sort(worstFirst),
        others: all.length - severe.length,
        excluded: scanned.reduce((sum, { report }) => sum + report.excluded, 0),
        ended: exceptions.filter((exception) => !holds(exception, today) && about(exception)),
        unused: exceptions.filter((exception) => holds(exception, today) && about(exception) && !needed(exception)),
    };
}

function counts({ severity, fixed }: Vulnerability, { failOn, includeUnfixed }: ScanTerms): boolean {
    return atLeast(severity, failOn) && (includeUnfixed || fixed.length > 0);
}

/** One entry for each vulnerability of a package: scanners list a package once for each place that it is in. */
function distinct(found: readonly Vulnerability[]): Vulnerability[] {
    return [...new Map(found.map((one) => [`${one.id} ${one.package} ${one.version}`, one])).values()];
}

function worstFirst(a: SevereFinding, b: SevereFinding): number {
    const [first, second] = [a.vulnerability, b.vulnerability];
    if (first.severity !== second.severity) {
        return atLeast(first.severity, second.severity) ? -1 : 1;
    }
    const key = ({ image, vulnerability }: SevereFinding) =>
        `${image.name} ${vulnerability.id} ${vulnerability.package}`;
    return key(a) < key(b) ? -1 : 1;
}

/** An exception for people. */
export function exceptionText({ id, image, expires, owner }: ImageException, why: "ended" | "unused"): string {
    return why === "ended"
        ? `${EXCEPTIONS_FILE}: the exception for ${id} in ${image} ended on ${expires}. Its owner, ${owner}, removes it or sets another day.`
        : `${EXCEPTIONS_FILE}: the exception for ${id} in ${image} is not needed any more. Remove it.`;
}
