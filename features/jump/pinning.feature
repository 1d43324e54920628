Feature: Pinning
  Who works on a machine may leave a Jump Client on it, and come back to it when nobody asks for help.

  Background:
    Given the site "acme"
    And Alex is signed in to the desktop console
    And Blair is signed in to the desktop console
    And Carla is a customer with a Windows PC called "FRONT-3"

  @JPN-01
  Scenario: A machine that is pinned to a Jump Group is there for its members, when the session is long over
    Given Carla is in session with Alex
    Then Alex can pin Carla's device to "Servers, Front desk, personal list" in the modes "user"
    When Alex pins Carla's device to the Jump Group "Front desk" in user mode
    Then Alex is told "the machine is pinned"
    And Alex sees that Carla's device is pinned
    And the Jump Client is installed on "FRONT-3" for its user
    When Alex ends Carla's session
    Then Carla's device has no customer client any more
    And Alex finds the Jump Clients "FRONT-3" after a refresh
    And Blair finds the Jump Clients "FRONT-3" after a refresh
    When Alex jumps to "FRONT-3"
    Then Alex has the session with "FRONT-3" open
