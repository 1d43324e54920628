Feature: Removing somebody from a session
  The owner can remove anybody, and has to mean it.

  Background:
    Given the site "acme"
    And Alex is signed in to the desktop console
    And Blair is signed in to the Android console
    And Carla is in session with Alex and Blair

  @RMV-01
  Scenario: The owner removes another representative
    When Alex removes Blair from Carla's session
    Then Blair has no session open
    And Blair is told "removed by the owner"
    And Carla is in session with Alex
    And Carla is not in session with Blair
    And Alex owns Carla's session

  @RMV-02
  Scenario: The owner removes the customer, and the session goes on without
    When Alex removes Carla from Carla's session
    Then Carla's session is over: "removed by the representative"
    And Carla's device has no customer client any more
    And Alex sees that Carla is gone
    And Blair has Carla's session open
    When Alex writes "That was rude of me" to everyone in Carla's session
    Then Blair reads "That was rude of me" from Alex

  @RMV-03
  Scenario Outline: Nobody else removes anybody
    When Blair tries to remove <member> from Carla's session
    Then Blair is told "only the owner may do this"
    And Carla is in session with Alex
    And Alex owns Carla's session

    Examples:
      | member |
      | Carla  |
      | Alex   |

  @RMV-04
  Scenario Outline: Who does not confirm removes nobody
    When Alex asks to remove <member> from Carla's session, but does not confirm
    Then Alex is asked to confirm no removal
    And Blair has Carla's session open
    And Carla is in session with Alex
    And for 1 minute Carla is in session with Blair

    Examples:
      | member |
      | Blair  |
      | Carla  |

  @RMV-04
  Scenario: Until the owner has confirmed nothing happens
    When Alex asks to remove Blair from Carla's session
    Then Alex is asked to confirm the removal of "Blair Osei"
    And for 1 minute Carla is in session with Blair
    When Alex confirms the removal
    Then Blair has no session open
    And Alex is asked to confirm no removal

  @RMV-05
  Scenario: Who was removed receives nothing further
    When Alex removes Blair from Carla's session
    Then Blair has no session open
    When Carla writes "Is Blair gone?"
    And Alex writes "Yes" to everyone in Carla's session
    And Alex writes "At last" to representatives only in Carla's session
    Then Carla reads "Yes" from Alex
    And Blair never reads "Is Blair gone?"
    And Blair never reads "Yes"
    And Blair never reads "At last"
    And Blair's console was sent nothing of a session after it closed

  @RMV-05
  Scenario: Nor does a customer who was removed
    When Alex removes Carla from Carla's session
    Then Alex sees that Carla is gone
    When Alex writes "And now?" to everyone in Carla's session
    Then Blair reads "And now?" from Alex
    And Carla never reads "And now?"

  @RMV-01 @SHR-13
  Scenario: Who was removed can be invited again
    When Alex removes Blair from Carla's session
    Then Blair has no session open
    When Alex invites Blair to Carla's session
    And Blair accepts the invitation to Carla's session
    Then Carla is in session with Blair
