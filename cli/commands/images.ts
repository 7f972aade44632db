import { Command } from "@commander-js/extra-typings";
import { STACKS } from "../../settings/shared/environments";
import { stackOption } from "../../terminal/commandLine";
import { JSON_OPTION, type Session } from "../command";

/** `x0 images`. */
export function images(session: Session) {
    const stack = () => stackOption(STACKS, "the stack").makeOptionMandatory();
    return new Command("images")
        .summary("every image of a stack: list, pin by digest")
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
        );
}
