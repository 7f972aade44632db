import { Command, Option } from "@commander-js/extra-typings";
import { STACKS } from "../../settings/shared/environments";
import { stackOption } from "../../terminal/commandLine";
import { JSON_OPTION, type Session } from "../command";

/** `x0 images`. */
export function images(session: Session) {
    const stack = () => stackOption(STACKS, "the stack").makeOptionMandatory();
    return new Command("images")
        .summary("every image of a stack: list, pin, scan, verify, SBOM")
        .description(
            "Every container image that a stack of this checkout deploys, those of the monitoring chart included. Needs no cluster, state or secret.",
        )
        .addCommand(
            new Command("list")
                .description(
                    "Lists every image with the setting or chart value that names it, tag, digest and where it is used.",
                )
                .addOption(stack())
                .option("--base <ref>", "also show what changed since that commit")
                .option("--markdown", "print Markdown instead of text")
                .option(...JSON_OPTION)
                .action(async (options) => {
                    const { showImages } = await import("../images/list.js");
                    session.exitCode = await showImages(options, session);
                }),
        )
        .addCommand(
            new Command("resolve")
                .description(
                    "Asks the registries which digests the tags name, and shows the settings that pin them. Changes nothing without --write. Exits with 1 when an image has no digest.",
                )
                .addOption(stack())
                .option("--write", "write the digests into the stack file")
                .option(...JSON_OPTION)
                .action(async (options) => {
                    const { resolveImages } = await import("../images/resolve.js");
                    session.exitCode = await resolveImages(options, session);
                }),
        )
        .addCommand(
            new Command("scan")
                .description(
                    "Scans the images for known vulnerabilities by grype or trivy on PATH. Exits with 1 for a severe vulnerability without an exception, for an exception that has ended, and for an image that cannot be scanned.",
                )
                .addOption(stack())
                .option("--base <ref>", "only images that changed since that commit")
                .addOption(
                    new Option("--scanner <name>", "the scanner")
                        .choices(["grype", "trivy"] as const)
                        .default("grype" as const),
                )
                .addOption(
                    new Option("--fail-on <severity>", "least severity that fails")
                        .choices(["low", "medium", "high", "critical"] as const)
                        .default("high" as const),
                )
                .option("--unfixed", "also fail for vulnerabilities without a fix")
                .option("--sarif <file>", "also write SARIF, at the lines of the stack file")
                .option(...JSON_OPTION)
                .action(async (options) => {
                    const { scanImages } = await import("../images/scan.js");
                    session.exitCode = await scanImages(options, session);
                }),
        )
        .addCommand(
            new Command("verify")
                .description(
                    "Verifies the signatures of the images that images/signatures.yaml names, by cosign on PATH. Exits with 1 for a signature by another identity, and for a required one that is missing.",
                )
                .addOption(stack())
                .option("--base <ref>", "only images that changed since that commit")
                .option(...JSON_OPTION)
                .action(async (options) => {
                    const { verifyImages } = await import("../images/verify.js");
                    session.exitCode = await verifyImages(options, session);
                }),
        )
        .addCommand(
            new Command("sbom")
                .description(
                    "Writes a CycloneDX bill of materials: the images that the pods run, with digests and places. Exits with 1 when images, or the packages of one, are missing in it.",
                )
                .addOption(stack())
                .option("--output <file>", "file for it; default: standard output")
                .addOption(
                    new Option(
                        "--packages <program>",
                        "also list the packages in each image, by a program on PATH",
                    ).choices(["syft", "trivy"] as const),
                )
                .action(async (options) => {
                    const { writeSbom } = await import("../images/sbom.js");
                    session.exitCode = await writeSbom(options, session);
                }),
        );
}
