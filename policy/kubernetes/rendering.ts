/** An object that a chart makes. */
export interface RenderedObject {
    /** The object. */
    readonly body: Readonly<Record<string, unknown>>;
    /** Template in the chart, where helm names it. */
    readonly template?: string;
}

/** What became of a chart. */
export type Rendering =
    | { readonly type: "rendered"; readonly objects: readonly RenderedObject[] }
    /** It cannot be rendered; `reason` is a sentence without secrets. */
    | { readonly type: "failed"; readonly reason: string }
    /** Something that it depends on is known only during the update. */
    | { readonly type: "unknown"; readonly path: string };
