import { z } from "zod";
import { pageOf, type ScanReport } from "./report";
import { severityOf } from "./severity";

const matchSchema = z.object({
    vulnerability: z.object({
        id: z.string(),
        severity: z.string().optional(),
        dataSource: z.string().optional(),
        fix: z.object({ versions: z.array(z.string()).nullish(), state: z.string().optional() }),
    }),
    artifact: z.object({ name: z.string(), version: z.string() }),
});

/** Report of grype, as far as it is used (grype 0.121, `grype/presenter/models/document.go`). */
const reportSchema = z.object({
    matches: z.array(matchSchema),
    ignoredMatches: z
        .array(z.object({ appliedIgnoreRules: z.array(z.object({ "vex-status": z.string().optional() })) }))
        .nullish(),
    descriptor: z.object({ name: z.literal("grype") }),
});

/** Reads a report. @throws ZodError when it is not one. */
export function readGrype(report: unknown): ScanReport {
    const { matches, ignoredMatches } = reportSchema.parse(report);
    return {
        found: matches.map(({ vulnerability: { id, severity, dataSource, fix }, artifact }) => ({
            id,
            severity: severityOf(severity),
            package: artifact.name,
            version: artifact.version,
            fixed: fix.state === "fixed" ? (fix.versions ?? []) : [],
            ...pageOf(dataSource),
        })),
        excluded: (ignoredMatches ?? []).filter(({ appliedIgnoreRules }) =>
            appliedIgnoreRules.some((rule) => (rule["vex-status"] ?? "") !== ""),
        ).length,
    };
}

/**
 * Arguments for one image. The image comes from its registry, not from a container runtime of this machine.
 * @param config File with grype's settings: without it, those of the user could hide vulnerabilities.
 */
export function grypeArguments(image: string, vex: readonly string[], config: string): string[] {
    return [
        `registry:${image}`,
        ...["--output", "json", "--config", config],
        ...vex.flatMap((file) => ["--vex", file]),
    ];
}
