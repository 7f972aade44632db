/** Options of the deep checks. */
export interface DeepOptions {
    /** Whether to wait until an SVID has been rotated, which takes half of its lifetime. */
    readonly rotation: boolean;
    /** Whether to send a test alert to the receivers. */
    readonly receivers: boolean;
    /** Image with Python 3 for the probe pods; unset: the app's own. */
    readonly probeImage?: string;
    /** Addresses of Prometheus and Alertmanager; unset: through the API server's proxy. */
    readonly prometheus?: string;
    readonly alertmanager?: string;
}
