import { z } from "zod";
import { pageOf, type ScanReport } from "./report";
import { severityOf } from "./severity";

const vulnerabilitySchema = z.object({
    VulnerabilityID: z.string(),
    PkgName: z.string(),
    InstalledVersion: z.string().default(""),
    FixedVersion: z.string().default(""),
    Severity: z.string().optional(),
    PrimaryURL: z.string().optional(),
});

/** Report of trivy, as far as it is used (trivy 0.74, `pkg/types/report.go`). */
const reportSchema = z.object({
    SchemaVersion: z.literal(2),
    Results: z
        .array(
            z.object({
                Vulnerabilities: z.array(vulnerabilitySchema).nullish(),
                ExperimentalModifiedFindings: z.array(z.object({ Type: z.string(), Status: z.string() })).nullish(),
            }),
        )
        .nullish(),
});

/** Reads a report. @throws ZodError when it is not one. */
export function readTrivy(report: unknown): ScanReport {
    const results = reportSchema.parse(report).Results ?? [];
    return {
        found: results
            .flatMap(({ Vulnerabilities }) => Vulnerabilities ?? [])
            .map(({ VulnerabilityID: id, PkgName, InstalledVersion, FixedVersion, Severity, PrimaryURL }) => ({
                id,
                severity: severityOf(Severity),
                package: PkgName,
                version: InstalledVersion,
                fixed: FixedVersion.split(", ").filter((version) => version !== ""),
                ...pageOf(PrimaryURL),
            })),
        excluded: results
            .flatMap(({ ExperimentalModifiedFindings }) => ExperimentalModifiedFindings ?? [])
            .filter(({ Type }) => Type === "vulnerability").length,
    };
}

/**
 * Arguments for one image. The image comes from its registry, not from a container runtime of this machine.
 * @param config An empty file: as settings and as list of what is ignored. Those of the user could hide vulnerabilities.
 */
export function trivyArguments(image: string, vex: readonly string[], config: string): string[] {
    return [
        "image",
        ...["--format", "json", "--scanners", "vuln", "--image-src", "remote", "--show-suppressed", "--no-progress"],
        ...["--config", config, "--ignorefile", config],
        ...vex.flatMap((file) => ["--vex", file]),
        image,
    ];
}
