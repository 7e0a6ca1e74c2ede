//! When a provider is asked about a refund, and that asking never ends by itself.
