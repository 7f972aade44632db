import {
    DashboardCursorSync,
    DatasourceVariableBuilder,
    defaultDashboard,
    type Panel,
    QueryVariableBuilder,
    RowBuilder,
    type RowPanel,
    VariableRefresh,
    VariableSort,
} from "@grafana/grafana-foundation-sdk/dashboard";
import { COLUMNS, place } from "./grid";
import { dashboardLinks, type RunbookUrl } from "./links";
import type { DashboardSpec, RowSpec, Variable } from "./model";
import { panel } from "./panels";
import { DATASOURCE, datasourceRef } from "./query";

/** Tag of all dashboards of this program; links between them select by it. */
const TAG = "x0tta6bl4";

/** Grafana's dashboard model: the classic schema, which every Grafana version can load from a file. */
export type GrafanaDashboard = ReturnType<typeof defaultDashboard>;

/** Builds Grafana's model of a dashboard. */
export function build(spec: DashboardSpec, runbookUrl: RunbookUrl): GrafanaDashboard {
    return {
        ...defaultDashboard(),
        uid: spec.uid,
        title: spec.title,
        description: spec.question,
        tags: [TAG],
        // Git is the source of truth: changes made in the browser would be lost at the next update.
        editable: false,
        timezone: "utc",
        time: { from: "now-6h", to: "now" },
        refresh: "1m",
        graphTooltip: DashboardCursorSync.Crosshair,
        templating: { list: [datasource(), ...spec.variables.map(variable)] },
        links: dashboardLinks(TAG).map((link) => link.build()),
        panels: panels(spec.rows, runbookUrl),
    };
}

/** All panels in reading order; their IDs follow this order. */
function panels(rows: readonly RowSpec[], runbookUrl: RunbookUrl): (Panel | RowPanel)[] {
    const built: (Panel | RowPanel)[] = [];
    let y = 0;
    for (const row of rows) {
        built.push(
            new RowBuilder(row.title)
                .id(built.length + 1)
                .gridPos({ x: 0, y, w: COLUMNS, h: 1 })
                .build(),
        );
        const { placed, bottom } = place(row.panels, y + 1);
        for (const { item, position } of placed) {
            built.push(panel(item, built.length + 1, position, runbookUrl).build());
        }
        y = bottom;
    }
    return built;
}

function datasource() {
    return new DatasourceVariableBuilder(DATASOURCE).label("Data source").type("prometheus").build();
}

function variable({ name, label, query, multi }: Variable) {
    const built = new QueryVariableBuilder(name)
        .label(label)
        .datasource(datasourceRef)
        .query(query)
        .definition(query)
        .refresh(VariableRefresh.OnTimeRangeChanged)
        .sort(VariableSort.AlphabeticalAsc)
        .multi(multi)
        .includeAll(multi);
    // Otherwise Grafana lists every value, and with many pods the expression becomes too long.
    return (multi ? built.allValue(".+").current({ selected: true, text: ["All"], value: ["$__all"] }) : built).build();
}
