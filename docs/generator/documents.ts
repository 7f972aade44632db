import { readFileSync } from "node:fs";
import { join } from "node:path";
import { format, resolveConfig } from "prettier";
import { type Group, ruleContext, ruleGroups } from "../../components/monitoring/rules";
import { deliveryGroups } from "../../components/monitoring/rules/delivery";
import { STACKS } from "../../settings/shared/environments";
import { alertsPage, runbooksPage } from "./alerts";
import { dashboards } from "../../components/monitoring/dashboards";
import { dashboardSections } from "./dashboards";
import { policiesPage } from "./policy/document";
import { presetFiles } from "./policy/presets";
import { replaceBetween } from "./markdown";
import { outputsPage } from "./outputs";
import { settingRows } from "./rows";
import { mostUsedTable, settingsPage } from "./settings";
import { readStackFiles, stackSettings } from "./stacks";

/** A file that is generated, or has a generated part. */
interface Document {
    /** Path from the project's root. */
    readonly path: string;
    /** What should be in it, as Prettier formats it. */
    readonly text: string;
}

/** Every generated document, with what should be in it. */
export async function documents(root: string): Promise<Document[]> {
    const read = (path: string) => readFileSync(join(root, path), "utf8");
    const rows = settingRows();
    const stacks = readStackFiles(root);
    const rules = new Map([
        ...STACKS.map((stack): [string, Group[]] => [stack, rulesOf(root, stack)]),
        ["with canaries", canaryRules(root)],
    ]);
    const { monitoring, ...staging } = stackSettings(root, "staging");
    const sections = dashboardSections(dashboards(ruleContext({ ...staging, settings: monitoring })));
    const texts = {
        "docs/settings.md": settingsPage(rows, stacks),
        "docs/alerts.md": alertsPage(rules),
        "docs/runbooks/README.md": runbooksPage(rules),
        "docs/outputs.md": outputsPage(read("outputs.ts")),
        "docs/dashboards.md": replaceBetween(read("docs/dashboards.md"), "dashboards", sections),
        "docs/policies.md": policiesPage(),
        ...presetFiles(),
        "docs/deploying.md": replaceBetween(read("docs/deploying.md"), "settings", mostUsedTable(rows, stacks)),
    };
    return Promise.all(
        Object.entries(texts).map(async ([path, text]) => {
            const file = join(root, path);
            return { path, text: await format(text, { ...(await resolveConfig(file)), filepath: file }) };
        }),
    );
}

/** The rules of a stack, as its file has them. */
function rulesOf(root: string, stack: string): Group[] {
    const { environment, monitoring, mesh, spire } = stackSettings(root, stack);
    return ruleGroups(ruleContext({ environment, settings: monitoring, mesh, spire }));
}

/** The rules that only a stack with canaries has. */
function canaryRules(root: string): Group[] {
    const { environment, monitoring, mesh, spire } = stackSettings(root, "staging", { delivery: { type: "canary" } });
    return deliveryGroups(ruleContext({ environment, settings: monitoring, mesh, spire }));
}
