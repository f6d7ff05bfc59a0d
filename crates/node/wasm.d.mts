import type * as api from './index.js';

/** The same API as that of the package, over WebAssembly. Its promises do their work on the calling thread. */
export type Podverdict = Omit<typeof api, 'Release'> & {
  /** How many bytes of memory the module has. */
  memory(): number;
};

/** Loads the module: from beside this file, or from bytes, a Response, a URL or a compiled module. */
export function load(source?: string | URL | BufferSource | Response | WebAssembly.Module): Promise<Podverdict>;
export const PodverdictError: typeof api.PodverdictError;
