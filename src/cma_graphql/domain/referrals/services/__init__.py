"""What people do with referrals that concerns no case's state."""
