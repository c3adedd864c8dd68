import { Component, type ReactNode } from 'react';
import { texts } from '../texts.js';
import { LoadFailure } from './load-failure.js';

/**
 * Keeps a fault in one part of the page from blanking all of it. A class is React's
 * only way to catch what is thrown while it renders.
 */
export class FailureBoundary extends Component<{ children: ReactNode }, { error: Error | null }> {
  override state: { error: Error | null } = { error: null };

  static getDerivedStateFromError(error: unknown) {
    return { error: error instanceof Error ? error : new Error(String(error)) };
  }

  override render(): ReactNode {
    const { error } = this.state;
    if (error === null) return this.props.children;
    return <LoadFailure error={new Error(texts.fault)} onRetry={() => this.setState({ error: null })} />;
  }
}
