"""What an event may ask and decide: plain values in, plain values out."""
