/** Imported before the domain: its schemas must not be compiled by `new Function`, which the page's policy forbids. */
import { z } from 'zod';

z.config({ jitless: true });
