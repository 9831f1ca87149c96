"""What ``sig bench`` does: each part measures one kind of work and gives its figures."""
