/** Starts the page. */
import './zod-without-eval.js';
import { MantineProvider } from '@mantine/core';
import { QueryClientProvider } from '@tanstack/react-query';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { makeQueryClient } from './api/queries.js';
import { takeLinkSecret } from './access/opening.js';
import { App } from './app.js';
import { theme } from './theme.js';
import './styles/index.css';

const linkSecret = takeLinkSecret();
const queryClient = makeQueryClient();
const root = document.getElementById('page');
if (root === null) throw new Error('the document has no place for the page');
createRoot(root).render(
  <StrictMode>
    <MantineProvider
      theme={theme}
      defaultColorScheme="auto"
      // These would be style elements, which the page's policy forbids: their content is in styles/.
      withCssVariables={false}
      withGlobalClasses={false}
    >
      <QueryClientProvider client={queryClient}>
        <App linkSecret={linkSecret} />
      </QueryClientProvider>
    </MantineProvider>
  </StrictMode>,
);
