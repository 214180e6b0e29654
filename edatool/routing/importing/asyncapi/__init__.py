"""An AsyncAPI 3.0 document as what a spec can be written of."""
