/** An object rendered from a chart. */
export interface RenderedObject {
    /** The object. */
    readonly body: Readonly<Record<string, unknown>>;
    /** Template in the chart, if helm names it. */
    readonly template?: string;
}

/** Result of rendering a chart. */
export type Rendering =
    | {
          readonly type: "rendered";
          readonly objects: readonly RenderedObject[];
          /** Why the cluster was not asked for its version and APIs, as a sentence. Default: it was, or need not be. */
          readonly assumed?: string;
      }
    /** It cannot be rendered; `reason` is a sentence without secrets. */
    | { readonly type: "failed"; readonly reason: string }
    /** An input is known only during the update. */
    | { readonly type: "unknown"; readonly path: string };
